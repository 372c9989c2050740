import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openVillage, type Village } from './support/village.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');
const blocks = [...readme.matchAll(/```sh tour( kcat)?\n([\s\S]*?)```/g)].map(([, needs, script = '']) => ({
  needs: needs?.trim(),
  script,
}));

let village: Village;
beforeAll(async () => {
  village = await openVillage();
});
afterAll(() => village?.close());

it('the tour in README.md works as printed', { timeout: 180_000 }, async () => {
  expect(blocks.length).toBeGreaterThan(4);
  const runnable = blocks.filter(({ needs }) => needs === undefined || isInstalled(needs));
  for (const { needs } of blocks)
    if (needs !== undefined && !isInstalled(needs))
      console.log(`README: the block that needs ${needs} was left out; it is not installed`);
  const script = runnable.map((block) => block.script).join('\n');
  const env = { ...process.env, ...village.env, KAFKA_PORT: portOf(village.env.KAFKA_BROKERS) };
  const { stdout } = await promisify(execFile)('bash', ['-c', `set -euo pipefail\n${inItsPrefix(script)}`], {
    cwd: root,
    env,
    timeout: 170_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  let from = 0;
  for (const [, expected = ''] of script.matchAll(/^# → (.*)$/gm)) {
    const at = stdout.indexOf(expected, from);
    expect(
      at,
      `after ${from} characters of output: ${expected}\n${stdout.slice(from, from + 2_000)}`,
    ).toBeGreaterThanOrEqual(0);
    from = at;
  }
});

/** Topics of a test have a prefix that those of `npm start` have not; kcat does not read it from the environment. */
function inItsPrefix(script: string): string {
  return script.replace(/kcat -b (\S+) -t /g, `kcat -b $1 -t ${village.env.KAFKA_PREFIX}`);
}

function isInstalled(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

function portOf(brokers: string | undefined): string {
  return brokers?.split(',')[0]?.split(':').at(-1) ?? '9092';
}
