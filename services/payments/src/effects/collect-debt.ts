import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import type { Parts } from '../parts.ts';
import { debtPayer } from '../payer/pay-debt.ts';
import { parseTask } from '../payment/tasks.ts';

/** What is owed though a card was good for it, since we had let its hold go, is asked of that card again, once. */
export function collectDebtTask(
  deps: StoreDeps,
  parts: Parts,
): TaskHandler<Record<'paymentId' | 'metro' | 'customerId', string>> {
  const debts = debtPayer(deps, parts);
  return {
    name: 'collect-debt',
    parse: (payload) => parseTask(payload, 'paymentId', 'metro', 'customerId'),
    async run(debt) {
      const { payment, isFirst } = await debts.current(debt.paymentId);
      if (payment !== null || !isFirst) return;
      const asked = await debts.ask(debt, 'SERVER', { actor: 'task:collect-debt', now: deps.now() });
      // Paid, given back or without a card by now: there is nothing to ask for, or by.
      if (asked.refused && asked.status !== 503) return;
      asRecorded(asked);
    },
  };
}
