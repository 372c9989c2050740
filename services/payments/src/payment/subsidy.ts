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

/** Takes it from the allowance (S2-ORD-03). @param used by {@link subsidyFor} @returns how much, and of which period */
export function takeSubsidy(
  unit: UnitOfWork,
  of: Pick<Of, 'customerId' | 'metro'>,
  used: ReturnType<typeof subsidyFor>,
): [subsidy: number, period: string | null] {
  if (!used) return [0, null];
  unit.append(allowanceRef(of.customerId, of.metro), [used]);
  return [used.data.amount, used.data.period];
}

/** What the allowance of the moment has for this; undefined where it has nothing. */
export function subsidyFor(unit: UnitOfWork, region: Region, { metro, customerId, ...of }: Of, now: Instant) {
  const { state } = unit.load(allowanceRef(customerId, metro));
  if (state === null) return undefined;
  const period = periodOf(state.period, now, metroOf(region, metro).zone);
  const [used] = decideAllowance(state, { do: 'use', customerId, now, period, ...of });
  return used?.type === 'SubsidyUsed' ? used : undefined;
}
