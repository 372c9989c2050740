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
  /** Millionths of the subtotal less the discount. */
  taxRatePpm: number;
  /** Whole percent of the subtotal, before tax and discount; null: none. */
  tipPercentage: number | null;
  deliveryFee: number;
  /** Takes nothing below 0. */
  discount: number;
}

/**
 * S2-ORD-03: tax and tip are shares of the subtotal, each rounded half up. What the seller takes off is no part of the price and not taxed;
 * what somebody else pays of it, as a company's subsidy, is. Pure.
 */
export function priceOf(lines: readonly Pick<Line, 'total'>[], terms: Terms): Price {
  const { deliveryFee } = terms;
  const subtotal = lines.reduce((sum, { total }) => sum + total, 0);
  const discount = Math.min(terms.discount, subtotal);
  const tax = taxOf(subtotal - discount, terms);
  const tip = tipOf({ ...terms, subtotal });
  return { subtotal, tax, tip, deliveryFee, discount, total: subtotal - discount + tax + tip + deliveryFee };
}

/** Minor units. */
export function tipOf({
  subtotal,
  currency,
  tipPercentage,
}: Pick<Placed, 'subtotal' | 'currency' | 'tipPercentage'>): number {
  return share(money(subtotal, currency), tipPercentage ?? 0, 100).amount;
}

/** What the tax of an order is a share of, minor units; null: its whole subtotal, as it was placed before discounts lowered the tax. */
export function taxableOf({
  subtotal,
  discount,
  tax,
  ...terms
}: Pick<Placed, 'subtotal' | 'discount' | 'tax' | 'currency' | 'taxRatePpm'>): number | null {
  const taxable = subtotal - discount;
  return taxOf(taxable, terms) === tax ? taxable : null;
}

function taxOf(taxable: number, { currency, taxRatePpm }: Pick<Placed, 'currency' | 'taxRatePpm'>): number {
  return share(money(taxable, currency), taxRatePpm, 1_000_000).amount;
}
