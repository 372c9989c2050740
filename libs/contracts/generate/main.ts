/** Writes src/generated/ from schemas/: event types, schema texts and the topic table. Run by `npm run generate`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { readSchemas, readTopics } from './read-schemas.ts';
import { interfaceOf } from './typescript.ts';

const out = new URL('../src/generated/', import.meta.url);
const schemas = readSchemas();
const topics = readTopics();

const types = [
  ...schemas.map(({ schema }) => interfaceOf(schema)),
  '/** Event name → the shape of its data. */',
  'export interface Events {',
  ...schemas.map(({ schema }) => `  ${schema.name}: ${schema.name};`),
  '}',
  '',
];
const table = [
  `export const topics = ${JSON.stringify(topics, null, 2)} as const;`,
  '',
  `export const eventSchemas = ${JSON.stringify(
    Object.fromEntries(
      schemas.map(({ topic, schema }) => [schema.name, { topic, schema: JSON.stringify(schema) }]),
    ),
    null,
    2,
  )} as const;`,
  '',
];

mkdirSync(out, { recursive: true });
writeFileSync(new URL('events.ts', out), types.join('\n'));
writeFileSync(new URL('tables.ts', out), table.join('\n'));
console.log(`contracts: ${schemas.length} events on ${Object.keys(topics).length} topics`);
