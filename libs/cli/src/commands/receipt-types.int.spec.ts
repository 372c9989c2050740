import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestDatabase, testDatabase } from '@dabba/testing';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Failed } from '../print.ts';
import { addReceiptTypes } from './receipt-types.ts';

const token = {
  type: 'tram-token',
  format: 'JSON',
  title: 'Token of a tram',
  recognition: [{ pointer: '/token', exists: true }],
  authorities: ['tax-office'],
  schema: { type: 'object', required: ['token', 'fare'] },
  mapping: { total: 'minor(doc.fare, 2)' },
  checks: [
    {
      name: 'worth-something',
      pointer: '/fare',
      expression: 'canonical.total > 0',
      message: 'It is worth nothing.',
    },
  ],
  sample: { token: 'T1', fare: '2.50' },
};

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await testDatabase('cli_types');
  vi.stubEnv('RECEIPTS_DATABASE_URL', database.url);
  folder = await mkdtemp(join(tmpdir(), 'types-'));
});
afterEach(() => {
  process.exitCode = undefined;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function file(name: string, value: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(value));
  return path;
}

async function run(...args: string[]) {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const program = new Command().exitOverride();
  addReceiptTypes(program);
  try {
    await program.parseAsync(['receipt-types', ...args, '--json'], { from: 'user' });
    return JSON.parse(String(print.mock.calls.at(-1)?.[0]));
  } finally {
    print.mockRestore();
  }
}

it('S3-RCP-02 an operator adds a type from a file; the same again changes nothing', async () => {
  const path = await file('token.json', token);
  expect(await run('add', path)).toEqual({ type: 'tram-token', format: 'JSON', version: 1, isNew: true });
  expect(await run('add', path)).toMatchObject({ version: 1, isNew: false });
  expect(await run('list')).toMatchObject([{ type: 'tram-token', version: 1, definition: token }]);
});

it('S3-RCP-02 a definition that does not hold is refused by its places', async () => {
  const path = await file('broken.json', { ...token, mapping: { total: 'doc.' } });
  await expect(run('add', path)).rejects.toThrow(/^\/mapping\/total: /);
  await expect(run('add', await file('no.json', { type: 'x' }))).rejects.toThrow(Failed);
});

it('S3-RCP-02 a dry run judges documents, and says by its exit code whether all are valid', async () => {
  const path = await file('tried.json', token);
  const good = await file('good.json', { token: 'T2', fare: '1' });
  expect(await run('dry-run', path, '--document', good)).toMatchObject([
    { document: 'sample', recognised: true, judgement: { failures: [] } },
    { document: good, judgement: { failures: [] } },
  ]);
  expect(process.exitCode).toBeUndefined();
  const bad = await file('bad.json', { token: 'T3', fare: '0' });
  expect(await run('dry-run', path, '--document', bad)).toMatchObject([
    {},
    { judgement: { failures: [{ rule: 'worth-something' }] } },
  ]);
  expect(process.exitCode).toBe(1);
  const id = '019a0000-0000-7000-8000-000000000000';
  await expect(run('dry-run', path, '--receipt', id)).rejects.toThrow(id);
});
