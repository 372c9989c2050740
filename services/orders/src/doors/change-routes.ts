import { isRefusal, type Refusal, refuse } from '@dabba/event-store';
import { type App, principalOf, runCommand } from '@dabba/service-kit';
import { Type } from 'typebox';
import { record } from '../order/consequences.ts';
import { decideOrder } from '../order/decide.ts';
import { type Order, orderRef } from '../order/order.ts';
import type { OrdersDeps } from '../parts.ts';
import { IdParams, OrderView } from '../view/schemas.ts';
import { changeOrder, type Patch, patchOf } from './change.ts';
import { foundOrder, isOwn, showOrder } from './visible.ts';

/** What becomes of an order at its customer's wish (S2-ORD-07, 08). */
export function changeRoutes(app: App, deps: OrdersDeps): void {
  const { store, settings } = deps;

  app.patch(
    '/api/v1/orders/:id',
    {
      config: { permission: 'orders:place' },
      schema: {
        tags: ['orders'],
        summary:
          'Change pickup_time, tip_percentage or special_requests of a pending order; 202: its payment has not told yet whether the tip can be',
        params: IdParams,
        body: Type.Record(Type.String(), Type.Unknown()),
        response: { 200: OrderView, 202: OrderView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const principal = principalOf(request);
        const order = await foundOrder(deps, request.params.id, principal);
        const patch = patchOf(request.body);
        if (isRefusal(patch)) return patch;
        const outcome = await changeOrder(deps, order, patch, context);
        if (outcome.refused || !outcome.answer) return outcome;
        const found = () => foundOrder(deps, request.params.id, principal);
        let after = await found();
        if (patch.tip_percentage !== undefined && after.tipWish !== null && after.status === 'PENDING') {
          await deps.waitForTip(after.orderId, settings.intentWait, request.signal);
          after = await found();
        }
        const status = outcome.replayed ? 200 : statusOf(after, patch);
        if (isRefusal(status)) return status;
        const body = await showOrder(deps, after, principal);
        return { ...outcome, answer: { ...outcome.answer, status, body } };
      }),
  );

  const cancelling = {
    config: { permission: 'orders:place' },
    schema: {
      tags: ['orders'],
      summary: 'Cancel an order that is not ready yet; what was paid is given back',
      params: IdParams,
      response: { 200: OrderView },
    },
  } as const;
  // S1-SVC-01: to delete an order is to cancel it; what happened stays known.
  for (const [method, url] of [
    ['POST', '/api/v1/orders/:id/cancel'],
    ['DELETE', '/api/v1/orders/:id'],
  ] as const)
    app.route({
      ...{ method, url, ...cancelling },
      handler: (request, reply) =>
        runCommand(request, reply, async (context) => {
          const principal = principalOf(request);
          const { orderId } = await foundOrder(deps, request.params.id, principal);
          const order = orderRef(orderId, '');
          const outcome = await store.transact(
            [order],
            (unit) => {
              const { state } = unit.load(order);
              const reason = state && isOwn(state, principal) ? 'CUSTOMER' : 'VENDOR';
              const events = decideOrder(state, { do: 'cancel', reason, detail: null, now: context.now });
              if (isRefusal(events)) return events;
              record(unit, order, events, settings.patience);
              return orderId;
            },
            context,
            { answer: (id) => ({ status: 200, body: { id } }) },
          );
          if (outcome.refused || !outcome.answer) return outcome;
          const after = await foundOrder(deps, orderId, principal);
          return { ...outcome, answer: { ...outcome.answer, body: await showOrder(deps, after, principal) } };
        }),
    });
}

/** Of the answer: whether the tip is what was asked for, may become it yet, or cannot any more. */
function statusOf(
  { status, tipPercentage, tipWish }: NonNullable<Order>,
  { tip_percentage: wanted }: Patch,
): number | Refusal {
  if (wanted === undefined || wanted === tipPercentage) return 200;
  if (status === 'PENDING' && tipWish !== null) return 202;
  return refuse(409, 'amount-fixed', 'Its payment does not take another tip any more');
}
