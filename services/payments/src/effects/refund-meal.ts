import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, RetryAfter, type TaskHandler } from '@dabba/tasks';
import type { Parts } from '../parts.ts';
import { decidePayer } from '../payer/decide.ts';
import { payerRef } from '../payer/payer.ts';
import { parseTask } from '../payment/tasks.ts';
import { soldMeal } from '../read-models/sold-meals.ts';

/** The price of a sold meal goes back: from what was taken for it, or it is owed no longer. */
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
      const ref = payerRef(customerId, metro);
      const { state: payer } = await store.load(ref);
      if (payer.owed[paymentId]) {
        const settle = { do: 'settle', customerId, paymentId, writtenOff: true, now: context.now } as const;
        asRecorded(await store.execute(ref, (state) => decidePayer(state, settle), context));
        return;
      }
      const payment = await desk.load(paymentId);
      if (payment?.status !== 'SUCCEEDED') throw new RetryAfter(30, 'It is not paid yet');
      const refund = { do: 'refund', refundId: `ref_${mealId}`, amount: Number(meal.price) } as const;
      asRecorded(await desk.act(paymentId, { ...refund, reason: 'MEAL_REFUNDED' }, context));
    },
  };
}
