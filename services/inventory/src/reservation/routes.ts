import { type App, Problem, principalOf, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { mayActAt } from '../acting.ts';
import { closed, Id } from '../schemas.ts';
import { type Share, stockRef } from '../stock/stock.ts';
import { reservationRef } from './reservation.ts';

const Part = Type.Object({
  stock_item_id: Id,
  quantity: Type.Integer({ description: 'What the order takes of it' }),
  held: Type.Integer({ description: 'Kept for it and not paid' }),
  taken: Type.Integer({ description: 'Paid, and the kitchen has not begun' }),
});
const ReservationView = Type.Object({
  order_id: Id,
  outlet_id: Id,
  status: Type.String({ description: 'HELD, COMMITTED, BEGUN, RELEASED, EXPIRED, REFUSED, BROKEN' }),
  parts: Type.Array(Part),
  expires_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
});

export function reservationRoutes(app: App, deps: StoreDeps): void {
  const { store } = deps;
  app.get(
    '/api/v1/inventory/reservations/:order_id',
    {
      config: { permission: 'inventory:read' },
      schema: {
        tags: ['inventory'],
        summary: 'What is kept for an order; 404 where nothing of it is counted',
        params: Type.Object({ order_id: Id }, closed),
        response: { 200: ReservationView },
      },
    },
    async (request) => {
      const { order_id: orderId } = request.params;
      const { state } = await store.load(reservationRef(orderId));
      if (state === null)
        throw new Problem({
          status: 404,
          code: 'reservation-unknown',
          detail: `Nothing is kept for ${orderId}`,
        });
      const { outletId, parts, status, expiresAt } = state;
      await mayActAt(deps, principalOf(request), outletId);
      const kept = await Promise.all(
        parts.map(async ({ stockItemId, quantity }) => {
          const { state: stock } = await store.load(stockRef(outletId, stockItemId));
          const [held, taken] = [unitsOf(stock?.held, orderId), unitsOf(stock?.taken, orderId)];
          return { stock_item_id: stockItemId, quantity, held, taken };
        }),
      );
      const expires_at = status === 'HELD' && expiresAt !== null ? new Date(expiresAt).toISOString() : null;
      return { order_id: orderId, outlet_id: outletId, status, parts: kept, expires_at };
    },
  );
}

function unitsOf(shares: readonly Share[] = [], orderId: string): number {
  return shares.find((share) => share.orderId === orderId)?.quantity ?? 0;
}
