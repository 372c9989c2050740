import { breakers, makeBreaker } from '@dabba/tasks';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { guarded } from './guarded.ts';
import { type Provider, ProviderAway, ProviderRefused } from './port.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** One that does what it is told to at this call. */
function provider(retrieve: () => Promise<never>): Provider {
  const never = () => {
    throw new Error('Nobody asks for this');
  };
  return {
    keyLifetime: 86_400_000,
    ...{
      name: 'stripe',
      create: never,
      amend: never,
      confirm: never,
      capture: never,
      cancel: never,
      refund: never,
    },
    ...{ find: never, saveMethod: never, notices: never, readNotice: never, made: never, retrieve },
  };
}
const waitOf = (one: Provider) =>
  one.retrieve('pi_1').catch((error: unknown) => (error instanceof ProviderAway ? error.retryAfter : -1));

it('S2-CB-01 who is turned away comes back when something will be tried, and not before', async () => {
  const calls = vi.fn(async () => {
    throw new ProviderAway('away');
  });
  const one = guarded(provider(calls), makeBreaker('stripe', breakers.stripe));
  for (let n = 0; n < 5; n++) expect(await waitOf(one)).toBeUndefined();
  vi.advanceTimersByTime(20_000);
  const waits = await Promise.all(Array.from({ length: 50 }, () => waitOf(one)));
  for (const wait of waits) {
    expect(wait).toBeGreaterThanOrEqual(40);
    expect(wait).toBeLessThanOrEqual(45);
  }
  // Not all of them at once.
  expect(new Set(waits).size).toBeGreaterThan(10);
  expect(calls).toHaveBeenCalledTimes(5);
});

it('S2-CB-01 what it refuses is no failure of its', async () => {
  const refuses = async () => {
    throw new ProviderRefused('card_declined', 'no');
  };
  const one = guarded(provider(refuses), makeBreaker('stripe', breakers.stripe));
  for (let n = 0; n < 9; n++) await expect(one.retrieve('pi_1')).rejects.toThrow(ProviderRefused);
});
