import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, RetryAfter, type TaskHandler } from '@dabba/tasks';
import type { Parts } from '../parts.ts';
import { parseTask } from '../payment/tasks.ts';

/** Gives up on a payment when its time is over. Run twice or late it finds nothing to do. */
export function expirePaymentTask(
  { now }: StoreDeps,
  { desk }: Parts,
): TaskHandler<Record<'paymentId', string>> {
  return {
    name: 'expire-payment',
    parse: (payload) => parseTask(payload, 'paymentId'),
    async run({ paymentId }) {
      const payment = await desk.load(paymentId);
      if (payment === null) return;
      const context = { actor: 'task:expire-payment', now: now() };
      if (context.now < payment.expiresAt)
        throw new RetryAfter((payment.expiresAt - context.now) / 1000, 'It is too early');
      asRecorded(await desk.act(paymentId, { do: 'time-out' }, context));
    },
  };
}
