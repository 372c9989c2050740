import { type Refusal, refuse } from '@dabba/event-store';
import { mayDo, type Principal } from '@dabba/service-kit';
import { faulty } from '../offer/faulty.ts';
import type { Discount } from '../pricing/discount.ts';
import type { NewOrder } from './body.ts';

/** S4-SCP-03: who may give an order's money back may also take less for one. An amount and its reason come together. */
export function discountWished(
  { discount, discount_reason: reason }: NewOrder,
  { roles }: Principal,
): Discount | null | Refusal {
  if (discount === undefined && reason === undefined) return null;
  if (!mayDo(roles, 'orders:refund'))
    return refuse(403, 'discount-not-yours', 'Discounts are given by whoever runs the vendor');
  if (discount === undefined) return faulty('body-form', '#/discount', 'Say how much');
  if (reason === undefined) return faulty('body-form', '#/discount_reason', 'Say why');
  return { amount: Math.round(discount * 100), reason };
}
