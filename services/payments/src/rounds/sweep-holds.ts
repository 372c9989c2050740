import type { StoreDeps } from '@dabba/service-kit';
import { enqueueTasks } from '@dabba/tasks';
import type { Parts } from '../parts.ts';
import { closeIntent } from '../payment/tasks.ts';
import { holdsLapsing } from '../read-models/payment-list.ts';

/** Milliseconds before a hold lapses at which it is let go, where nobody knows what it is for. */
const ahead = 6 * 3_600_000;

/**
 * Holds of doors nobody heard of again: they look like charges to the customer, so they are let go before they lapse by themselves. One
 * that is to be taken is not touched: that task goes on.
 */
export async function sweepHolds(
  { db, pool, now }: Pick<StoreDeps, 'db' | 'pool' | 'now'>,
  { desk }: Pick<Parts, 'desk'>,
): Promise<void> {
  const at = now();
  for (const { payment_id: paymentId, metro } of await holdsLapsing(db, new Date(at + ahead))) {
    const context = { actor: 'round:sweep-holds', now: at };
    if ((await desk.load(paymentId))?.wanted !== null) continue;
    await desk.act(paymentId, { do: 'cancel', reason: 'EXPIRED' }, context);
    const payment = await desk.load(paymentId);
    // Whatever became of it, the provider's word ends it: it may have lapsed there long ago.
    if (payment?.status === 'AUTHORISED')
      await enqueueTasks(pool, [closeIntent({ paymentId, metro }, payment.provider)]);
  }
}
