import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Report } from './report.ts';

const minute = 60_000;
const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** Everybody, once. */
const victims = [
  ...['meals', 'meals-2', 'identity', 'gateway', 'gateway-2', 'edge-bridge'],
  ...['kafka', 'postgres', 'fridges'],
];
/** A slow machine takes what it needs: the drill waits for conditions, and offers only what finds room. */
const timeout = 15 * minute;

test('what is accepted is there once, whatever is killed meanwhile', { timeout, retry: 0 }, async () => {
  const { code, report } = await faults(['--minutes', '0.5', '--seed', '7', '--rate', '100']);
  expect(report.failures).toEqual([]);
  expect(report).toMatchObject({ ok: true, lost: 0, doubled: 0 });
  expect(report).toMatchObject({ readModelsEqual: true, topicsEqualStores: true });
  expect(report.kills).toBeGreaterThanOrEqual(9);
  expect(report.sessions.settled).toBeGreaterThan(0);
  expect(Object.keys(report.killsBy)).toEqual(expect.arrayContaining(victims));
  expect(code).toBe(0);
});

test('K3 a broken rule is found: duplicates that count twice', { timeout, retry: 0 }, async () => {
  const { code, report } = await faults(['--sabotage', 'k3-no-highest', '--minutes', '0.1']);
  expect(code).toBe(1);
  expect(report.failures.join('\n')).toMatch(/K3/);
});

/** In a process of its own: it kills servers, and takes no hint of the shared ones. */
async function faults(args: readonly string[]): Promise<{ code: number | null; report: Report }> {
  const {
    KAFKA_BROKERS: _kafka,
    SCHEMA_REGISTRY_URL: _registry,
    DATABASE_URL: _database,
    ...env
  } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--json', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let progress = '';
  child.stdout.on('data', (bytes) => {
    out += bytes;
  });
  child.stderr.on('data', (bytes) => {
    progress += bytes;
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (out === '') throw new Error(`No report:\n${progress.slice(-4000)}`);
  return { code, report: JSON.parse(out) };
}
