import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { afterAll, describe, expect, it } from 'vitest';
import { localFolder } from './objects/local.ts';
import { s3Bucket } from './objects/s3.ts';
import type { ObjectStore } from './objects.ts';

const folder = await mkdtemp(join(tmpdir(), 'objects-'));
const server = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  // It forgets the slash after the bucket when it signs a listing again.
  allowMismatchedSignatures: true,
  directory: join(folder, 's3'),
  configureBuckets: [{ name: 'dabba', configs: [] }],
});
const { port } = await server.run();
// What the server takes; the client finds them as it would anywhere.
process.env.AWS_ACCESS_KEY_ID = 'S3RVER';
process.env.AWS_SECRET_ACCESS_KEY = 'S3RVER';
const s3 = {
  bucket: 'dabba',
  prefix: 'some/where',
  region: 'us-east-1',
  endpoint: `http://127.0.0.1:${port}`,
};

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const stores: [string, () => ObjectStore][] = [
  ['a local folder', () => localFolder(join(folder, 'local'))],
  ['S3', () => s3Bucket(s3)],
];

describe.each(stores)('S3-NFR-05 %s', (name, open) => {
  const file = join(folder, `file-${name}`);

  it('keeps objects whole, from memory and from files, and replaces them', async () => {
    const store = open();
    expect(await store.get('a/none')).toBeUndefined();
    await store.put('a/day=2026-11-20/x.bin', Buffer.from([0, 1, 255]));
    expect(await open().get('a/day=2026-11-20/x.bin')).toEqual(Buffer.from([0, 1, 255]));
    const long = Buffer.alloc(3_000_000, 'receipt ');
    await writeFile(file, long);
    await store.put('a/day=2026-11-20/x.bin', { path: file });
    expect((await store.get('a/day=2026-11-20/x.bin'))?.equals(long)).toBe(true);
    expect((await readFile(file)).equals(long), 'the file itself stays').toBe(true);
  });

  it('fetches into a file, and says where there is nothing', async () => {
    const store = open();
    await store.put('b/one', Buffer.from('one'));
    expect(await store.fetch('b/one', `${file}-fetched`)).toBe(true);
    expect(await readFile(`${file}-fetched`, 'utf8')).toBe('one');
    expect(await store.fetch('b/none', `${file}-none`)).toBe(false);
  });

  it('lists by prefix in order, and removes', async () => {
    const store = open();
    const keys = ['c/2', 'c/1', 'c/10/x'];
    for (const key of [...keys, 'cd']) await store.put(key, Buffer.from(key));
    expect(await store.list('c/')).toEqual(['c/1', 'c/10/x', 'c/2']);
    expect(await store.list('none/')).toEqual([]);
    await store.remove('c/2');
    await store.remove('c/2');
    expect(await store.list('c/')).toEqual(['c/1', 'c/10/x']);
  });

  it('takes no key that leaves its place', async () => {
    for (const key of ['../x', '/x', 'a//b', 'a/../b', '.x', ''])
      await expect(open().put(key, Buffer.from('x')), key).rejects.toThrow('Not a key');
  });
});

it('S3-NFR-05 what a local folder could not finish is nowhere', async () => {
  const store = localFolder(join(folder, 'torn'));
  await expect(store.put('d/x', { path: join(folder, 'missing') })).rejects.toThrow('ENOENT');
  expect(await store.list('')).toEqual([]);
  expect(await readdir(join(folder, 'torn', 'd'))).toEqual([]);
});
