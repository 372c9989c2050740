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
  of: Of,
  now: Instant,
): [subsidy: number, period: string | null] {
  const used = usedFor(unit, region, of, now);
  if (!used) return [0, null];
  unit.append(allowanceRef(of.customerId, of.metro), [used]);
  return [used.data.amount, used.data.period];
}

/** Whether the allowance of the moment would pay for all of it. */
export function coversAll(unit: UnitOfWork, region: Region, of: Of, now: Instant): boolean {
  return usedFor(unit, region, of, now)?.data.amount === of.amount;
}

function usedFor(unit: UnitOfWork, region: Region, { metro, customerId, ...of }: Of, now: Instant) {
  const { state } = unit.load(allowanceRef(customerId, metro));
  if (state === null) return undefined;
  const period = periodOf(state.period, now, metroOf(region, metro).zone);
  const [used] = decideAllowance(state, { do: 'use', customerId, now, period, ...of });
  return used?.type === 'SubsidyUsed' ? used : undefined;
}
