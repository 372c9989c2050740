import type { Events, Instant } from '@dabba/contracts';

export type OfflineRule = Exclude<Events['OfflineSaleReconciled']['broken'][number], 'UNKNOWN'>;

interface Limit {
  /** Minor units. */
  amount: number;
  meals: number;
}

/** That of a policy which limits what it may cost. */
export interface Terms {
  validUntil: Instant;
  perCustomer: Limit;
  perFridgeHour: Limit;
}

/** A meal that went out while nobody could be asked. */
export interface OfflineSale {
  customerId: string;
  /** Minor units. */
  amount: number;
  /** By the clock of the fridge. */
  at: Instant;
}

const hour = 3_600_000;
/** A customer's limit is for so long. */
export const customerWindow = 24 * hour;

/**
 * The rules that these meals break, taken together, after the ones that went out before. The fridge asks before it
 * opens its door, and who reconciles its journal asks again: it is the same question.
 * @param terms undefined: no such policy was ever issued
 * @param earlier of this fridge, a day of them at least; what is told in the future by a clock set back counts as well
 */
export function brokenRules(
  terms: Terms | undefined,
  denied: boolean,
  earlier: readonly OfflineSale[],
  { customerId, amounts, at }: { customerId: string; amounts: readonly number[]; at: Instant },
): OfflineRule[] {
  if (terms === undefined) return ['POLICY_UNKNOWN'];
  const own = earlier.filter((sale) => sale.customerId === customerId && sale.at > at - customerWindow);
  const lately = earlier.filter((sale) => sale.at > at - hour);
  return [
    ...(at >= terms.validUntil ? (['POLICY_EXPIRED'] as const) : []),
    ...(denied ? (['CUSTOMER_DENIED'] as const) : []),
    ...(isOver(terms.perCustomer, own, amounts) ? (['CUSTOMER_LIMIT'] as const) : []),
    ...(isOver(terms.perFridgeHour, lately, amounts) ? (['FRIDGE_LIMIT'] as const) : []),
  ];
}

function isOver(limit: Limit, earlier: readonly OfflineSale[], amounts: readonly number[]): boolean {
  const amount = earlier.reduce((sum, sale) => sum + sale.amount, 0);
  return (
    earlier.length + amounts.length > limit.meals ||
    amounts.reduce((sum, each) => sum + each, amount) > limit.amount
  );
}
