import { newId } from '@dabba/contracts';
import { isRefusal } from '@dabba/event-store';
import { type App, principalOf, requireMetro, runCommand, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { Parts } from '../parts.ts';
import { IdParams, minor, Sum } from '../schemas.ts';
import { act, streamsOf } from './act.ts';
import { unknownPayment } from './may-see.ts';
import { inUnits } from './view.ts';

const NewRefund = Type.Object(
  {
    amount: Type.Optional(Sum),
    reason: Type.String({ pattern: '^[A-Z][A-Z_]{1,39}$', description: 'A word of ours: `COLD_FOOD`' }),
  },
  { additionalProperties: false },
);
const RefundView = Type.Object({
  id: Type.String(),
  payment_id: Type.String(),
  amount: Type.Number(),
  meal_subsidy: Type.Number(),
  status: Type.String(),
});

export function refundRoutes(app: App, { store }: StoreDeps, { desk }: Parts): void {
  app.post(
    '/api/v1/payments/:id/refunds',
    {
      config: { permission: 'payments:refund', idempotencyKey: 'required' },
      schema: {
        tags: ['payments'],
        summary: 'Give back a part, or all there is left; again and again up to what was taken',
        params: IdParams,
        body: NewRefund,
        response: { 202: RefundView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: paymentId } = request.params;
        const { amount, reason } = request.body;
        const payment = await desk.load(paymentId);
        if (payment === null) throw unknownPayment(paymentId);
        const refundId = newId('ref');
        const { metro, customerId } = payment;
        requireMetro(principalOf(request), metro);
        const place = { paymentId, metro, customerId };
        return store.transact(
          streamsOf(place),
          (unit) => {
            const wanted = { refundId, reason, ...(amount !== undefined && { amount: minor(amount) }) };
            const done = act(unit, place, { do: 'refund', paymentId, now: context.now, ...wanted });
            if (isRefusal(done)) return done;
            const refund = done.state?.refunds[refundId];
            return {
              ...{ id: refundId, payment_id: paymentId, status: refund?.status ?? 'REQUESTED' },
              amount: inUnits(refund?.amount ?? 0),
              meal_subsidy: inUnits(refund?.subsidy ?? 0),
            };
          },
          context,
          { answer: (body) => ({ status: 202, body }) },
        );
      }),
  );
}
