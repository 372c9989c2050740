import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delayAfter } from './backoff.ts';
import { type Outcome, settle } from './settle.ts';
import { GiveUp, RetryAfter } from './types.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('delayAfter', () => {
  it('S2-RTY-01 doubles from 500 ms to 30 s, the upper half of it jitter', () => {
    const least = [1, 2, 3, 4, 5, 6, 7, 8, 25].map((failed) => delayAfter(failed, new Error(), 0));
    expect(least).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), random, (failed, jitter) => {
        const most = Math.min(30_000, 500 * 2 ** (failed - 1));
        const delay = delayAfter(failed, new Error(), jitter);
        expect(delay).toBeGreaterThanOrEqual(most / 2);
        expect(delay).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('is never shorter than the other side asked', () => {
    fc.assert(
      fc.property(fc.nat(86_400), random, (seconds, jitter) => {
        expect(delayAfter(1, new RetryAfter(seconds, ''), jitter)).toBeGreaterThanOrEqual(seconds * 1_000);
      }),
    );
  });
});

describe('settle', () => {
  const failed: Outcome = { is: 'failed', error: new Error('away') };

  it('finishes what is done', () => {
    expect(settle({ is: 'done' }, 1, 25, 0)).toEqual({ to: 'finish' });
  });

  it('tries again until the last attempt, then buries', () => {
    expect(settle(failed, 2, 3, 0)).toEqual({ to: 'retry', failed: 2, delay: 500, error: 'Error: away' });
    expect(settle(failed, 3, 3, 0)).toEqual({ to: 'bury', attempts: 3, error: 'Error: away' });
  });

  it('buries the hopeless at once', () => {
    const hopeless: Outcome = { is: 'hopeless', error: new GiveUp('no such card') };
    expect(settle(hopeless, 1, 25, 0)).toMatchObject({ to: 'bury', error: 'GiveUp: no such card' });
  });

  it('S2-CB-01 S2-RTY-01 an open breaker and an interruption use up no attempt, not even the last', () => {
    expect(settle({ is: 'breaker-open', reset: 60_000 }, 3, 3, 0)).toMatchObject({ to: 'retry', failed: 2 });
    expect(settle({ is: 'interrupted' }, 3, 3, 0)).toMatchObject({ to: 'retry', failed: 2, delay: 0 });
  });

  it('keeps an error the database can store', () => {
    const odd: Outcome = { is: 'hopeless', error: `a\u0000b${'x'.repeat(9_000)}` };
    expect(settle(odd, 1, 1, 0)).toMatchObject({ error: expect.stringMatching(/^abx{1998}$/) });
  });
});
