import { money, share } from '@dabba/contracts';
import type { Refusal } from '@dabba/event-store';
import { faulty } from '../offer/faulty.ts';
import { priceOf, type Terms } from './price.ts';

/** S4-SCP-03: what somebody at the counter takes off, and why. */
export interface Discount {
  /** Minor units. */
  amount: number;
  /** A word: `STAFF_MEAL`. */
  reason: string;
}

/** What it takes off: no more than the food costs, and not all there is to pay. Minor units. */
export function discountOf(
  discount: Discount | null,
  lines: Parameters<typeof priceOf>[0],
  terms: Omit<Terms, 'discount'>,
): number | Refusal {
  if (discount === null) return 0;
  const { amount } = discount;
  const { subtotal, total } = priceOf(lines, { ...terms, discount: amount });
  if (amount <= subtotal && total > 0) return amount;
  return faulty(
    'discount-too-large',
    '#/discount',
    'It is more than the food costs, or leaves nothing to pay',
  );
}

/**
 * A discount over lines by what each costs, in minor units. Each part is rounded up or down, so that those of a line and of all before it come to
 * their share of the discount, rounded half up, and those of all lines to the discount. @param discount no more than all lines cost
 */
export function spread<Line extends { total: number }>(
  discount: number,
  lines: readonly Line[],
): (Line & { discount: number })[] {
  const subtotal = lines.reduce((sum, { total }) => sum + total, 0);
  const upTo = (cost: number) => (discount === 0 ? 0 : share(money(discount, ''), cost, subtotal).amount);
  let cost = 0;
  return lines.map((line) => {
    const before = upTo(cost);
    cost += line.total;
    return { ...line, discount: upTo(cost) - before };
  });
}
