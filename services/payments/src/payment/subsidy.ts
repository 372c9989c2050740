import { type Instant, metroOf, type Region } from '@dabba/contracts';
import type { UnitOfWork } from '@dabba/event-store';
import { allowanceRef } from '../allowance/allowance.ts';
import { decideAllowance } from '../allowance/decide.ts';
import { periodOf } from '../allowance/period.ts';

interface Of {
  paymentId: string;
  metro: string;
  customerId: string;
  /** Minor units. */
  amount: number;
  currency: string;
}

/** Takes from the allowance of the moment what it has for this (S2-ORD-03). @returns how much, and of which period */
export function takeSubsidy(
  unit: UnitOfWork,
  region: Region,
  { metro, customerId, ...of }: Of,
  now: Instant,
): [subsidy: number, period: string | null] {
  const ref = allowanceRef(customerId, metro);
  const { state } = unit.load(ref);
  if (state === null) return [0, null];
  const period = periodOf(state.period, now, metroOf(region, metro).zone);
  const [used] = decideAllowance(state, { do: 'use', customerId, now, period, ...of });
  if (used?.type !== 'SubsidyUsed') return [0, null];
  unit.append(ref, [used]);
  return [used.data.amount, period];
}
