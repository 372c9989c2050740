import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { document, goldenBundle, keys } from '../../../../services/receipts/src/proof/spec/golden.ts';
import { Failed } from '../print.ts';
import { addReceipts } from './receipts.ts';

let folder: string;
const file = async (name: string, content: object | Buffer) => {
  const path = join(folder, name);
  await writeFile(path, Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return path;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proof-'));
});
afterEach(() => {
  process.exitCode = undefined;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<string> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const program = new Command().exitOverride();
  addReceipts(program);
  try {
    await program.parseAsync(['receipts', ...args], { from: 'user' });
    return String(print.mock.calls.at(-1)?.[0]);
  } finally {
    print.mockRestore();
  }
}

it('says that a proof holds, by files alone', async () => {
  const proof = await file('proof.json', await goldenBundle());
  const by = ['--keys', await file('keys.json', keys)];
  const said = await run('verify-proof', proof, ...by, '--document', await file('document', document));
  expect(said).toContain('The proof holds');
  expect(said).toContain('leaf 3 of the 5 of 2026-11-20');
  expect(said).toContain('tax-office REGISTERED');
  expect(process.exitCode).toBeUndefined();
  const other = await file('other', Buffer.from('another'));
  expect(JSON.parse(await run('verify-proof', proof, ...by, '--document', other, '--json'))).toEqual({
    ok: false,
    problems: ['document: its hash is not that of the receipt'],
  });
  expect(process.exitCode).toBe(1);
});

it('says what is wrong with one that was changed, and with files that are none', async () => {
  const golden = await goldenBundle();
  const by = ['--keys', await file('keys.json', keys)];
  const changed = await file('changed.json', { ...golden, outcome: { ...golden.outcome, status: 'FAILED' } });
  expect(await run('verify-proof', changed, ...by)).toContain('outcome: it was changed');
  expect(process.exitCode).toBe(1);
  await expect(run('verify-proof', await file('no.json', Buffer.from('no')), ...by)).rejects.toThrow(Failed);
  await expect(run('verify-proof', join(folder, 'nowhere'), ...by)).rejects.toThrow(Failed);
});

it('verifies a chain of roots as the API lists them', async () => {
  const { root } = await goldenBundle();
  const by = ['--keys', await file('keys.json', keys)];
  expect(await run('verify-roots', await file('roots.json', { items: [{ jws: root }] }), ...by)).toBe(
    '1 roots are a whole chain.',
  );
  expect(await run('verify-roots', await file('twice.json', [root, root]), ...by)).toContain(
    'does not follow',
  );
  expect(process.exitCode).toBe(1);
});
