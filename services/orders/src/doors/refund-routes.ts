import { newId } from '@dabba/contracts';
import { isRefusal } from '@dabba/event-store';
import { type App, principalOf, requireVendor, runCommand } from '@dabba/service-kit';
import { Type } from 'typebox';
import { record } from '../order/consequences.ts';
import { decideOrder } from '../order/decide.ts';
import { orderRef } from '../order/order.ts';
import type { OrdersDeps } from '../parts.ts';
import { refundView } from '../view/refund-view.ts';
import { IdParams, RefundView } from '../view/schemas.ts';
import { foundOrder } from './visible.ts';

const NewRefund = Type.Object(
  {
    amount: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1_000_000,
        multipleOf: 0.01,
        description: 'Left out: all there is left',
      }),
    ),
    reason: Type.String({ pattern: '^[A-Z][A-Z_]{1,39}$', description: 'A word: `COLD_FOOD`' }),
  },
  { additionalProperties: false },
);

/** Whoever runs a vendor gives back what one of its orders cost, wholly or in parts. The money itself is payments' to move. */
export function refundRoutes(app: App, deps: OrdersDeps): void {
  const { store, settings } = deps;

  app.post(
    '/api/v1/orders/:id/refunds',
    {
      config: { permission: 'orders:refund', idempotencyKey: 'required' },
      schema: {
        tags: ['orders'],
        summary:
          'Give back a part of what was paid for an order, or all there is left; again and again up to that',
        params: IdParams,
        body: NewRefund,
        response: { 202: RefundView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const principal = principalOf(request);
        const { orderId, vendorId } = await foundOrder(deps, request.params.id, principal);
        requireVendor(principal, vendorId);
        const { amount, reason } = request.body;
        const refundId = newId('ref');
        const order = orderRef(orderId, '');
        return store.transact(
          [order],
          (unit) => {
            const events = decideOrder(unit.load(order).state, {
              ...{ do: 'refund', refundId, reason, now: context.now },
              ...(amount !== undefined && { total: Math.round(amount * 100) }),
            });
            if (isRefusal(events)) return events;
            return refundView(refundId, record(unit, order, events, settings.patience)?.refunds[refundId]);
          },
          context,
          { answer: (body) => ({ status: 202, body }) },
        );
      }),
  );
}
