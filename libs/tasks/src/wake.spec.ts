import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lookAhead, wakeOnTime } from './wake.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function scene(...answers: number[][]) {
  const woken: [at: number, count: number][] = [];
  const began = Date.now();
  let looks = 0;
  const waker = wakeOnTime(
    async () => answers[looks++] ?? [],
    (count) => woken.push([Date.now() - began, count]),
  );
  return { woken, waker, looks: () => looks };
}

it('wakes as many workers as tasks become due in a millisecond, and never too early', async () => {
  const { woken, waker } = scene([0, 12.2, 12.9, 40]);
  waker.look('now');
  await vi.advanceTimersByTimeAsync(100);
  expect(woken).toEqual([
    [0, 1],
    [13, 2],
    [40, 1],
  ]);
});

it('looks at most once in 20 ms, and once more when asked meanwhile', async () => {
  const { waker, looks } = scene();
  for (let n = 0; n < 10; n++) waker.look('now');
  await vi.advanceTimersByTimeAsync(100);
  expect(looks()).toBe(2);
});

it('forgets the alarms of an earlier look', async () => {
  const { woken, waker } = scene([50], [80]);
  waker.look('now');
  await vi.advanceTimersByTimeAsync(30);
  waker.look('now');
  await vi.advanceTimersByTimeAsync(100);
  expect(woken).toEqual([[110, 1]]);
});

it('leaves those due now to who was told of them, but not one whose alarm is about to go off', async () => {
  const { woken, waker } = scene([30, 90], [0, 0, 70], []);
  waker.look('now');
  await vi.advanceTimersByTimeAsync(25);
  waker.look('later');
  await vi.advanceTimersByTimeAsync(200);
  expect(woken).toEqual([
    [30, 1],
    [95, 1],
  ]);
});

it('goes on looking while there are more than it can see', async () => {
  const { waker, looks } = scene(Array.from({ length: lookAhead }, (_, n) => n / 4));
  waker.look('now');
  await vi.advanceTimersByTimeAsync(100);
  expect(looks()).toBe(2);
});

it('wakes nobody once stopped', async () => {
  const { woken, waker, looks } = scene([10]);
  waker.look('now');
  await vi.advanceTimersByTimeAsync(5);
  waker.stop();
  waker.look('now');
  await vi.advanceTimersByTimeAsync(100);
  expect([woken, looks()]).toEqual([[], 1]);
});
