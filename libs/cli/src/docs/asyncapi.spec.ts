import { readFileSync } from 'node:fs';
import { allSchemas, topics } from '@dabba/contracts';
import { expect, it } from 'vitest';
import { asyncApi } from './asyncapi.ts';

it('docs/asyncapi.json is what the schemas give: `npm run docs` writes it anew', () => {
  const written = readFileSync(new URL('../../../../docs/asyncapi.json', import.meta.url), 'utf8');
  expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(asyncApi())));
});

it('describes every event and every topic', () => {
  const { components, channels } = asyncApi();
  expect(Object.keys(components.messages).sort()).toEqual(
    allSchemas()
      .map(({ name }) => name)
      .sort(),
  );
  expect(Object.keys(channels)).toEqual(expect.arrayContaining(topics.map(({ name }) => name)));
});
