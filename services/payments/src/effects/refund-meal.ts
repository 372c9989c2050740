import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, RetryAfter, type TaskHandler } from '@dabba/tasks';
import type { Parts } from '../parts.ts';
import { decidePayer } from '../payer/decide.ts';
import { payerRef } from '../payer/payer.ts';
import { type Paying, refundable } from '../payment/payment.ts';
import { parseTask } from '../payment/tasks.ts';
import { isWrittenOff, settlement } from '../read-models/payment-list.ts';
import { soldMeal } from '../read-models/sold-meals.ts';

/**
 * The price of a sold meal goes back, once: as much as is still owed is owed no longer, the rest comes from what was taken for it, or
 * from what was paid for the debt later.
 */
export function refundMealTask(
  { db, store, now }: StoreDeps,
  { desk }: Parts,
): TaskHandler<Record<'mealId' | 'metro', string>> {
  return {
    name: 'refund-meal',
    parse: (payload) => parseTask(payload, 'mealId', 'metro'),
    async run({ mealId, metro }) {
      const context = { actor: 'task:refund-meal', now: now() };
      const meal = await soldMeal(db, mealId);
      if (!meal) throw new RetryAfter(5, 'Its sale is not known yet');
      const { payment_id: paymentId, customer_id: customerId } = meal;
      const refundId = `ref_${mealId}`;
      const amount = Number(meal.price);
      const ref = payerRef(customerId, metro);
      const lower = { do: 'settle', customerId, paymentId, writtenOff: true, amount, refundId } as const;
      const lowered = await store.execute(
        ref,
        (payer) => (payer.owed[paymentId] ? decidePayer(payer, { ...lower, now: context.now }) : []),
        context,
      );
      asRecorded(lowered);
      const { state: payer } = await store.load(ref);
      const rest = amount - (payer.forgiven[refundId] ?? 0);
      if (rest === 0) return;
      for (const id of [paymentId, await settlement(db, paymentId)]) {
        const payment = id === undefined ? null : await desk.load(id);
        if (id === undefined || payment?.status !== 'SUCCEEDED') continue;
        if (payment.refunds[refundId]) return;
        if (refundable(payment) < rest) {
          if (tookBack(payment, rest)) return;
          continue;
        }
        asRecorded(
          await desk.act(id, { do: 'refund', refundId, amount: rest, reason: 'MEAL_REFUNDED' }, context),
        );
        return;
      }
      if (await isWrittenOff(db, paymentId)) return;
      throw new RetryAfter(30, 'It is not paid yet');
    },
  };
}

/** Their bank has given it back, for good: it does not go back twice. */
function tookBack({ disputes }: Paying, amount: number): boolean {
  const lost = Object.values(disputes).filter(({ status }) => status === 'LOST');
  return lost.reduce((sum, dispute) => sum + dispute.amount, 0) >= amount;
}
