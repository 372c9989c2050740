import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDirectory } from './lock.ts';
import { Spool, SpoolFull } from './spool.ts';

let directory: string;
let alarms: string[];
let opened: Spool[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spool-'));
  alarms = [];
  opened = [];
});

afterEach(async () => {
  for (const spool of opened) await spool.close().catch(() => {});
  rmSync(directory, { recursive: true });
});

async function open(options: { budget?: number; segmentBytes?: number } = {}): Promise<Spool> {
  const alarm = (message: string) => alarms.push(message);
  const spool = await Spool.open({ directory, budget: 1 << 20, alarm, ...options });
  opened.push(spool);
  return spool;
}

const texts = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => Buffer.from(`record ${from + index}`));

async function drained(spool: Spool, maxBytes = 100): Promise<string[]> {
  const seen: string[] = [];
  while (spool.status().records > 0) {
    const frames = await spool.head(maxBytes);
    seen.push(...frames.map(({ payload }) => payload.toString()));
    await spool.advance(frames);
  }
  return seen;
}

const files = () => readdirSync(directory).filter((name) => name.endsWith('.spool'));

test('records leave in the order they came, through many segments and a restart, and leave no file behind', async () => {
  const spool = await open({ segmentBytes: 200 });
  for (let from = 1; from < 100; from += 5) await spool.append(texts(from, from + 4));
  expect(files().length).toBeGreaterThan(5);
  const frames = await spool.head(100);
  await spool.advance(frames);
  await spool.close();
  const again = await open({ segmentBytes: 200 });
  expect(again.status().records).toBe(100 - frames.length);
  const rest = await drained(again);
  expect([...frames.map(({ payload }) => payload.toString()), ...rest]).toEqual(texts(1, 100).map(String));
  expect(files()).toEqual([]);
  await again.append(texts(101, 102));
  expect(await drained(again)).toEqual(['record 101', 'record 102']);
});

test('what is appended while records leave comes after them', async () => {
  const spool = await open();
  await spool.append(texts(1, 10));
  const frames = await spool.head(100);
  await spool.append(texts(11, 12));
  await spool.advance(frames);
  expect((await drained(spool)).at(-1)).toBe('record 12');
});

test('a tail torn by a crash is cut and set aside; all before it stays', async () => {
  const spool = await open();
  await spool.append(texts(1, 3));
  await spool.close();
  const [name = ''] = files();
  const path = join(directory, name);
  appendFileSync(path, readFileSync(path).subarray(0, 20));
  const again = await open();
  expect(alarms).toHaveLength(1);
  expect(readdirSync(directory).some((file) => file.includes('torn'))).toBe(true);
  await again.append(texts(4, 5));
  expect(await drained(again)).toEqual(texts(1, 5).map(String));
});

test('a damaged record is not sent as if it were whole', async () => {
  const spool = await open();
  await spool.append(texts(1, 3));
  await spool.close();
  const [name = ''] = files();
  const bytes = readFileSync(join(directory, name));
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  writeFileSync(join(directory, name), bytes);
  expect(await drained(await open())).toEqual(texts(1, 2).map(String));
  expect(alarms).toHaveLength(1);
});

test('past its budget it takes nothing, and takes again once records have left', async () => {
  const spool = await open({ budget: 100 });
  await spool.append(texts(1, 2));
  await expect(spool.append(texts(3, 9))).rejects.toThrow(SpoolFull);
  expect(spool.status()).toMatchObject({ records: 2, full: true });
  expect(await drained(spool)).toEqual(texts(1, 2).map(String));
  await spool.append(texts(3, 4));
  expect(spool.status()).toMatchObject({ records: 2, full: false });
});

test('one process at a time uses a folder; one that was killed blocks nobody', async () => {
  const unlock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toThrow(`(process ${process.pid}) uses ${directory}`);
  await unlock();
  const lock = new URL('./lock.ts', import.meta.url).href;
  const script = `import('${lock}').then(async ({ lockDirectory }) => {
    await lockDirectory(${JSON.stringify(directory)});
    process.kill(process.pid, 'SIGKILL');
  });`;
  const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  expect(child.signal).toBe('SIGKILL');
  await (await lockDirectory(directory))();
});
