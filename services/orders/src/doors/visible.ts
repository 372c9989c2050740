import { askTogether } from '@dabba/event-store';
import { type Principal, Problem } from '@dabba/service-kit';
import { findOutlet, outletAt, readOutlet } from '../offer/find.ts';
import { paymentIdOf } from '../order/ids.ts';
import type { Order } from '../order/order.ts';
import { refundsDone } from '../order/refunds.ts';
import type { Found } from '../paid/paid-orders.ts';
import type { OrdersDeps } from '../parts.ts';
import { notesOf, readNotes } from '../place/notes.ts';
import { isToConfirm, paymentOf, readPayment } from '../read-models/order-payments.ts';
import { orderView } from '../view/order-view.ts';
import type { OrderView } from '../view/schemas.ts';

type Known = NonNullable<Order>;

/** Those who see every order of where they act. */
const above: readonly string[] = ['operations', 'admin', 'service'];

export function isOwn(order: Known, { customerId, roles }: Principal): boolean {
  return roles.includes('customer') && customerId !== undefined && order.customerId === customerId;
}

function isVendors(order: Known, { vendorId, roles }: Principal): boolean {
  return vendorId === undefined ? roles.some((role) => above.includes(role)) : vendorId === order.vendorId;
}

/** The order, where it is the caller's own or of their vendor. Somebody else's is as unknown as one that never was. */
export async function foundOrder(
  deps: Pick<OrdersDeps, 'pool' | 'paid'>,
  id: string,
  principal: Principal,
): Promise<Known> {
  if (id.startsWith('ord_')) {
    const found = await deps.paid.find(id);
    if (
      found &&
      (isOwn(found.order, principal) ||
        (isVendors(found.order, principal) && (await isNear(deps.pool, found, principal))))
    )
      return found.order;
  }
  throw new Problem({ status: 404, code: 'order-unknown', detail: `No order ${id} of yours` });
}

/** Whoever acts for every vendor does so in their metro. */
async function isNear(
  pool: OrdersDeps['pool'],
  { order, beside }: Found,
  { metro, vendorId }: Principal,
): Promise<boolean> {
  if (metro === undefined || vendorId !== undefined) return true;
  const outlet = beside ? beside.outlet : await findOutlet(pool, order.outletId);
  return outlet?.metro === metro;
}

/** With all that is known beside it. What a payment is confirmed by is shown to who placed the order alone. */
export async function showOrder(deps: OrdersDeps, order: Known, principal: Principal): Promise<OrderView> {
  const { pool, askIntent } = deps;
  // Of a paid order all that is shown is in its own events, but for its place and its notes.
  const beside = deps.paid.beside(order);
  if (beside && order.payment !== null && order.status !== 'CANCELLED') {
    const paid = {
      ...{ status: 'SUCCEEDED', subsidy: order.payment.subsidy },
      refunded: refundsDone(order.refunds).reduce((sum, { amount }) => sum + amount, 0),
    };
    return orderView(order, { ...beside, paid });
  }
  const paymentId = paymentIdOf(order.orderId);
  const [[place] = [], [payment] = [], [noted] = []] = await askTogether(pool, [
    outletAt(order.outletId),
    paymentOf(paymentId),
    notesOf(order.orderId),
  ]);
  const [outlet, told, notes] = [readOutlet(place), readPayment(payment), readNotes(noted)];
  const toConfirm = isToConfirm(order, told);
  const mayConfirm = order.customerId === null ? isVendors(order, principal) : isOwn(order, principal);
  const intent = toConfirm && mayConfirm ? await askIntent(paymentId) : undefined;
  return orderView(order, { outlet, paid: told, intent, notes });
}
