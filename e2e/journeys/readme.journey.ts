import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isInstalled, runSteps, type Step, tourIn } from './support/tour.ts';
import { openTown, type Town } from './support/town.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const blocks = tourIn(readFileSync(`${root}README.md`, 'utf8'));

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(() => town?.close());

it('the tour in README.md works as printed', { timeout: 120_000 }, async () => {
  const steps: Step[] = [];
  for (const { needs, steps: own } of blocks)
    if (needs === undefined || isInstalled(needs)) steps.push(...own.map(inItsPrefix));
    else console.log(`README: a block was left out, for ${needs} is not installed here`);
  expect(steps.filter(({ expected }) => expected !== undefined).length).toBeGreaterThan(8);
  const { KAFKA_BROKERS = '' } = town.env;
  const env = { ...process.env, ...town.env, KAFKA_PORT: KAFKA_BROKERS.split(':').at(-1) };
  const { code, ran, errors } = await runSteps(steps, { cwd: root, env, timeout: 100_000 });
  const wrong = ran
    .filter(({ step, output }) => output === undefined || !output.includes(step.expected ?? ''))
    .map(({ step, output }) => ({ ...step, output }));
  expect(wrong, errors).toEqual([]);
  expect(code, errors).toBe(0);
});

/** Topics of a test have a prefix that those of `npm start` have not; kcat does not read it from the environment. */
function inItsPrefix({ commands, expected }: Step): Step {
  return {
    commands: commands.replace(/kcat -b (\S+) -t /g, `kcat -b $1 -t ${town.env.KAFKA_PREFIX}`),
    expected,
  };
}
