import { type App, Problem, principalOf } from '@dabba/service-kit';
import { Type } from 'typebox';
import { askRegistration } from '../neighbours/receipts.ts';
import { refundsDone } from '../order/refunds.ts';
import type { OrdersDeps } from '../parts.ts';
import { taxableOf } from '../pricing/price.ts';
import { findPayment } from '../read-models/order-payments.ts';
import { receiptsOf } from '../read-models/order-receipts.ts';
import { decimal } from '../view/decimal.ts';
import { lineViews } from '../view/order-view.ts';
import { Amount, IdParams, Line, orNull, Time } from '../view/schemas.ts';
import { foundOrder } from './visible.ts';

const Registration = Type.Object({
  receipt_id: orNull(Type.String()),
  status: Type.String({
    description:
      'NONE before the sale is completed, PENDING until receipts has taken it in, UNKNOWN while receipts is away',
  }),
  registrations: Type.Array(
    Type.Object({ service: Type.String(), status: Type.String(), external_ref: orNull(Type.String()) }),
  ),
});
const ReceiptView = Type.Object({
  order_id: Type.String(),
  seller: Type.Object({ id: Type.String(), name: Type.String() }),
  items: Type.Array(Line),
  currency: Type.String(),
  subtotal: Amount,
  taxable: Type.Number({
    description: 'What the tax is a share of: the subtotal, less what was taken off it',
  }),
  tax: Amount,
  tax_rate_percent: Type.Number(),
  tax_jurisdiction: Type.String(),
  tip: Amount,
  delivery_fee: Amount,
  discount: Amount,
  discount_reason: Type.Optional(Type.String()),
  total: Amount,
  paid: Type.Object({
    ...{ by_subsidy: Amount, by_customer: Amount, refunded: Amount, payment_id: Type.String(), at: Time },
  }),
  registration: Registration,
  refunds: Type.Array(
    Type.Object({
      ...{ id: Type.String(), total: Amount, to_company: Amount, to_customer: Amount, tax: Amount },
      ...{ reason: orNull(Type.String()), at: Time, registration: Registration },
    }),
    { description: 'What has gone back, with a receipt of each once the sale is completed' },
  ),
});

/** S2-ORD-09, X-20: what was paid for and what of it went back, and where the receipts of both stand with the authorities. */
export function receiptRoutes(app: App, deps: OrdersDeps): void {
  const { db, pool, ask, settings } = deps;

  async function registrationOf(receiptId: string | undefined, isCompleted: boolean) {
    if (receiptId === undefined)
      return { receipt_id: null, status: isCompleted ? 'PENDING' : 'NONE', registrations: [] };
    const known = await askRegistration(ask, settings.receipts, receiptId);
    return {
      receipt_id: receiptId,
      status: known?.status ?? 'UNKNOWN',
      registrations: (known?.registrations ?? []).map(({ service, status, external_ref }) => ({
        service,
        status,
        external_ref,
      })),
    };
  }

  app.get(
    '/api/v1/orders/:id/receipt',
    {
      config: { permission: 'orders:read' },
      schema: {
        tags: ['orders'],
        summary: 'The receipt of an order that was paid for, with its registration so far',
        params: IdParams,
        response: { 200: ReceiptView },
      },
    },
    async (request) => {
      const order = await foundOrder(deps, request.params.id, principalOf(request));
      const { payment, orderId, status } = order;
      if (payment === null)
        throw new Problem({
          status: 409,
          code: 'order-not-paid',
          detail: 'There is no receipt of what was not paid for',
        });
      const refunds = refundsDone(order.refunds);
      const receipts = await receiptsOf(db, [orderId, ...refunds.map(({ refundId }) => refundId)]);
      const registered = (number: string) => registrationOf(receipts.get(number), status === 'COMPLETED');
      return {
        order_id: orderId,
        seller: { id: order.vendorId, name: order.vendorName },
        items: lineViews(order),
        currency: order.currency,
        subtotal: decimal(order.subtotal),
        taxable: decimal(taxableOf(order) ?? order.subtotal),
        tax: decimal(order.tax),
        tax_rate_percent: order.taxRatePpm / 10_000,
        tax_jurisdiction: order.taxJurisdiction,
        tip: decimal(order.tip),
        delivery_fee: decimal(order.deliveryFee),
        discount: decimal(order.discount),
        ...(order.discountReason !== null && { discount_reason: order.discountReason }),
        total: decimal(order.total),
        paid: {
          by_subsidy: decimal(payment.subsidy),
          by_customer: decimal(payment.captured),
          refunded: decimal((await findPayment(pool, payment.paymentId))?.refunded ?? 0),
          payment_id: payment.paymentId,
          at: new Date(payment.paidAt).toISOString(),
        },
        registration: await registered(orderId),
        refunds: await Promise.all(
          refunds.map(async ({ refundId: id, total, amount, subsidy, tax, reason, at }) => ({
            ...{ id, total: decimal(total), to_company: decimal(subsidy), to_customer: decimal(amount) },
            ...{ tax: decimal(tax), reason, at: new Date(at).toISOString() },
            registration: await registered(id),
          })),
        ),
      };
    },
  );
}
