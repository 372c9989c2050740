import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Breaker, BreakerOpen, breakers, makeBreaker } from './breaker.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const works = (breaker: Breaker) => breaker.run(async () => 'ok');
const fails = (breaker: Breaker) =>
  breaker
    .run(async () => {
      throw new Error('down');
    })
    .catch((error: Error) => error.name);

async function times<T>(count: number, act: () => Promise<T>): Promise<void> {
  for (let n = 0; n < count; n++) await act();
}

it('S2-CB-01 has the numbers that are given', () => {
  expect(breakers.stripe).toEqual({ failures: 5, successes: 3, timeout: 30_000, reset: 60_000 });
  expect(breakers.okta).toEqual({ failures: 3, successes: 2, timeout: 10_000, reset: 30_000 });
  expect(breakers.fcm).toEqual({ failures: 10, successes: 5, timeout: 5_000, reset: 120_000 });
});

it.each(Object.entries(breakers))(
  'S2-CB-01 %s opens, waits, tries and closes by its numbers',
  async (name, settings) => {
    const breaker = makeBreaker(name, settings);
    await times(settings.failures - 1, () => fails(breaker));
    await works(breaker); // the failures must be consecutive
    await times(settings.failures - 1, () => fails(breaker));
    expect(breaker.state()).toBe('closed');
    await fails(breaker);
    expect(breaker.state()).toBe('open');

    vi.advanceTimersByTime(settings.reset - 1);
    await expect(works(breaker)).rejects.toThrow(BreakerOpen);
    vi.advanceTimersByTime(1);
    await times(settings.successes - 1, () => works(breaker));
    expect(breaker.state()).toBe('half-open');
    await works(breaker);
    expect(breaker.state()).toBe('closed');
  },
);

it('S2-CB-01 says how long nothing will be tried', async () => {
  const breaker = makeBreaker('stripe', breakers.stripe);
  await times(5, () => fails(breaker));
  vi.advanceTimersByTime(20_000);
  await expect(works(breaker)).rejects.toMatchObject({ wait: 40_000 });
  vi.advanceTimersByTime(40_000);
  await fails(breaker);
  await expect(works(breaker)).rejects.toMatchObject({ wait: 60_000 });
});

it('S2-CB-01 one failure on probation opens it again', async () => {
  const breaker = makeBreaker('stripe', breakers.stripe);
  await times(5, () => fails(breaker));
  vi.advanceTimersByTime(60_000);
  await times(2, () => works(breaker));
  await fails(breaker);
  expect(breaker.state()).toBe('open');
  expect(await fails(breaker)).toBe('BreakerOpen');
});
