import { breakers, delayAfter, RetryAfter } from '@dabba/tasks';
import { describe, expect, it } from 'vitest';
import {
  capturePayment,
  closeIntent,
  confirmIntent,
  createIntent,
  followNotice,
  refundPayment,
} from './tasks.ts';

const hour = 3_600_000;
const of = { paymentId: 'pay_1', metro: 'sfo' };

describe('S2-PAY-04 an hour without the provider', () => {
  const tasks = [
    createIntent(of, 'stripe'),
    confirmIntent(of),
    capturePayment(of),
    closeIntent(of, 'stripe'),
    refundPayment(of, 'ref_1'),
    followNotice('stripe', 'pi_1', 'whole'),
  ];
  const reasons = [
    ['it does not answer', new Error('away')],
    ['its breaker is open', new RetryAfter(breakers.stripe.reset / 1_000 + 5, 'away')],
  ] as const;
  for (const { task, maxAttempts = 25 } of tasks)
    it.each(reasons)(`${task} is tried to its end, and soon after it: %s`, (_, error) => {
      for (const random of [0, 1]) {
        let now = 0;
        let failed = 0;
        let last = 0;
        while (now < hour) {
          failed += 1;
          last = delayAfter(failed, error, random);
          now += last;
        }
        expect(failed).toBeLessThan(maxAttempts);
        expect(last).toBeLessThanOrEqual(66_000);
      }
    });
});
