import type { Instant } from '@dabba/contracts';
import { type Allowance, type AllowanceEvent, remainingIn } from './allowance.ts';

export type AllowanceCommand = { customerId: string; now: Instant } & (
  | ({ do: 'grant' } & Pick<Allowance, 'allowance' | 'currency' | 'period'>)
  /** As much of `amount` as there is left. */
  | { do: 'use'; paymentId: string; period: string; amount: number; currency: string }
  | { do: 'return'; paymentId: string; period: string; amount: number }
);

/** Pure. No events: nothing changes. */
export function decideAllowance(
  state: Allowance | null,
  command: AllowanceCommand,
): readonly AllowanceEvent[] {
  const { customerId, now } = command;
  if (command.do === 'grant') {
    const { allowance, currency, period } = command;
    const same = state?.allowance === allowance && state.currency === currency && state.period === period;
    const data = { customerId, allowance, currency, period, grantedAt: now };
    return same ? [] : [{ type: 'SubsidyGranted', data }];
  }
  if (state === null) return [];
  const { paymentId, period } = command;
  const { currency } = state;
  const remaining = remainingIn(state, period);
  switch (command.do) {
    case 'use': {
      const amount = currency === command.currency ? Math.min(remaining, command.amount) : 0;
      const about = { customerId, period, paymentId, amount, remaining: remaining - amount, currency };
      return amount > 0 ? [{ type: 'SubsidyUsed', data: { ...about, usedAt: now } }] : [];
    }
    case 'return': {
      const { amount } = command;
      const left = Math.min(state.allowance, remaining + amount);
      const about = { customerId, period, paymentId, amount, remaining: left, currency };
      return amount > 0 ? [{ type: 'SubsidyReturned', data: { ...about, returnedAt: now } }] : [];
    }
    default:
      return command satisfies never;
  }
}
