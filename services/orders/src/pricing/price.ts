import { money, share } from '@dabba/contracts';
import type { Placed } from '../order/order.ts';

type Line = Placed['lines'][number];

/** What is charged, in minor units of one currency. */
export interface Price {
  subtotal: number;
  tax: number;
  tip: number;
  deliveryFee: number;
  discount: number;
  /** Before any subsidy. */
  total: number;
}

export interface Terms {
  currency: string;
  /** Millionths of the subtotal. */
  taxRatePpm: number;
  /** Whole percent of the subtotal, before tax; null: none. */
  tipPercentage: number | null;
  deliveryFee: number;
  discount: number;
}

/** S2-ORD-03: tax and tip are shares of the subtotal, each rounded half up; a discount takes nothing below 0. Pure. */
export function priceOf(lines: readonly Pick<Line, 'total'>[], terms: Terms): Price {
  const { currency, taxRatePpm, tipPercentage, deliveryFee } = terms;
  const subtotal = lines.reduce((sum, { total }) => sum + total, 0);
  const of = money(subtotal, currency);
  const tax = share(of, taxRatePpm, 1_000_000).amount;
  const tip = share(of, tipPercentage ?? 0, 100).amount;
  const before = subtotal + tax + tip + deliveryFee;
  const discount = Math.min(terms.discount, before);
  return { subtotal, tax, tip, deliveryFee, discount, total: before - discount };
}
