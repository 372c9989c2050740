import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allSchemas } from '@dabba/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectRegistry } from './registry.ts';
import { UnknownSchema } from './types.ts';

const url = process.env.SCHEMA_REGISTRY_URL ?? '';
const away = 'http://localhost:1/apis/ccompat/v7';
let cacheDir: string;
let topic: string;

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'dabba-schemas-'));
  topic = `topic-${randomUUID()}`;
});

afterEach(() => rm(cacheDir, { recursive: true }));

function schema(fields: object[]): string {
  return JSON.stringify({
    type: 'record',
    name: 'Tested',
    namespace: `n${topic.replace(/\W/g, '')}`,
    fields,
  });
}

const first = { name: 'a', type: 'string', doc: 'first', pii: 'name' };
const optional = { name: 'b', type: ['null', 'long'], default: null, doc: 'second' };

test('a schema comes back by its id to the letter, docs and own properties included', async () => {
  const text = schema([first]);
  const id = await connectRegistry({ url, cacheDir }).idOf(topic, 'Tested', text);
  const other = await mkdtemp(join(tmpdir(), 'dabba-schemas-'));
  expect(await connectRegistry({ url, cacheDir: other }).textOf(id)).toBe(text);
  await rm(other, { recursive: true });
});

test('K9 with the registry away everything learnt before goes on after a restart', async () => {
  const text = schema([first]);
  const id = await connectRegistry({ url, cacheDir }).idOf(topic, 'Tested', text);
  const restarted = connectRegistry({ url: away, cacheDir });
  expect(await restarted.idOf(topic, 'Tested', text)).toBe(id);
  expect(await restarted.textOf(id)).toBe(text);
});

test('K9 a reader keeps what it asked for as well', async () => {
  const text = schema([first]);
  const writer = await mkdtemp(join(tmpdir(), 'dabba-schemas-'));
  const id = await connectRegistry({ url, cacheDir: writer }).idOf(topic, 'Tested', text);
  await rm(writer, { recursive: true });
  await connectRegistry({ url, cacheDir }).textOf(id);
  expect(await connectRegistry({ url: away, cacheDir }).textOf(id)).toBe(text);
});

test('K9 with the registry away what is not known fails clearly, and is asked again later', async () => {
  const registry = connectRegistry({ url: away, cacheDir });
  await expect(registry.idOf(topic, 'Tested', schema([first]))).rejects.toThrow(
    `The schema of ${topic}-Tested could not be registered`,
  );
  await expect(registry.textOf(1)).rejects.toThrow('The schema 1 is not known here');
  await expect(registry.textOf(1)).rejects.not.toThrow(UnknownSchema);
  await expect(registry.ping()).rejects.toThrow();
});

test('K9 several processes may fill one folder at once', async () => {
  const texts = [schema([first]), schema([first, optional])];
  const ids = await Promise.all(
    [1, 2, 3].map(async () => {
      const registry = connectRegistry({ url, cacheDir });
      const one = await registry.idOf(topic, 'Tested', texts[0] ?? '');
      return [one, await registry.idOf(topic, 'Tested', texts[1] ?? '')];
    }),
  );
  expect(new Set(ids.map(String)).size).toBe(1);
  const files = await readdir(cacheDir, { recursive: true });
  expect(files.filter((file) => /\.avsc\.|\.[0-9a-f-]{36}$/.test(file))).toEqual([]);
});

test('an id the registry does not have is told apart from a registry that is away', async () => {
  await expect(connectRegistry({ url, cacheDir }).textOf(2_000_000_000)).rejects.toThrow(UnknownSchema);
});

test('a change that would break readers or writers of any version is refused and named by the check', async () => {
  const registry = connectRegistry({ url, cacheDir });
  const about = { topic, fullName: 'Tested' };
  await registry.idOf(topic, 'Tested', schema([first]));
  expect(await registry.check([{ ...about, text: schema([first, optional]) }])).toEqual([]);
  const breaking = schema([first, { name: 'c', type: 'string', doc: 'without a default' }]);
  const problems = await registry.check([{ ...about, text: breaking }]);
  expect(problems).toEqual([{ subject: `${topic}-Tested`, problem: expect.any(String) }]);
  await expect(registry.idOf(topic, 'Tested', breaking)).rejects.toThrow();
});

test('every schema of the contract can be registered', async () => {
  const registry = connectRegistry({ url, cacheDir });
  const schemas = allSchemas().map((each) => ({ ...each, topic: `${topic}-${each.topic}` }));
  expect(await registry.check(schemas)).toEqual([]);
  for (const each of schemas) await registry.idOf(each.topic, each.fullName, each.text);
});
