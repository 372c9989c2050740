import { until } from '@dabba/testing';
import { expect, it } from 'vitest';
import { waitTogether } from './wait-together.ts';

const listens = new AbortController().signal;

function world(every: number) {
  const come = new Map<string, string>();
  const looks: string[][] = [];
  let lookNow = () => {};
  const wait = waitTogether({
    every,
    async look(ids) {
      looks.push([...ids]);
      return [...come];
    },
    hurry(now) {
      lookNow = now;
    },
  });
  return { come, looks, wait, hurry: () => lookNow() };
}

it('all who wait are looked for in one look, and none is taken while nobody waits', async () => {
  const { come, looks, wait, hurry } = world(5);
  const both = Promise.all([wait('a', 5_000, listens), wait('b', 5_000, listens)]);
  await until('it was looked for', () => looks.length > 0);
  expect(looks[0]).toEqual(['a', 'b']);
  come.set('a', 'A').set('b', 'B');
  expect(await both).toEqual(['A', 'B']);
  const taken = looks.length;
  hurry();
  await new Promise(setImmediate);
  expect(looks.length).toBe(taken);
});

it('who brings it about has it looked for at once, also while a look is under way', async () => {
  const { come, looks, wait, hurry } = world(60_000);
  const one = wait('a', 5_000, listens);
  hurry();
  come.set('a', 'A');
  hurry();
  expect(await one).toBe('A');
  expect(looks.length).toBeLessThanOrEqual(2);
});

it('ends with the time that was given, and when nobody listens any more', async () => {
  const { wait } = world(60_000);
  expect(await wait('a', 10, listens)).toBeUndefined();
  const leaves = new AbortController();
  const left = wait('b', 60_000, leaves.signal);
  leaves.abort();
  expect(await left).toBeUndefined();
  expect(await wait('c', 60_000, leaves.signal)).toBeUndefined();
});
