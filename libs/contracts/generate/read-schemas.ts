import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

export type AvroType = string | AvroType[] | AvroComplex;
export interface AvroComplex {
  type: AvroType;
  name?: string;
  logicalType?: string;
  items?: AvroType;
  values?: AvroType;
  symbols?: string[];
  fields?: AvroField[];
}
export interface AvroField {
  name: string;
  type: AvroType;
  doc?: string;
}
export interface AvroRecord {
  type: 'record';
  name: string;
  namespace: string;
  doc?: string;
  fields: AvroField[];
}

const root = new URL('../../../schemas/', import.meta.url);

/** Every schema with the topic its folder names, in a stable order. */
export function readSchemas(): { topic: string; schema: AvroRecord }[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .flatMap((topic) =>
      readdirSync(new URL(`${topic}/`, root))
        .sort()
        .map((file) => {
          const schema: AvroRecord = JSON.parse(readFileSync(new URL(`${topic}/${file}`, root), 'utf8'));
          if (`${schema.name}.avsc` !== file)
            throw new Error(`schemas/${topic}/${file} holds ${schema.name}`);
          return { topic, schema };
        }),
    );
}

export function readTopics(): Record<string, { kind: string; owner: string; doc: string }> {
  return parse(readFileSync(new URL('topics.yaml', root), 'utf8'));
}
