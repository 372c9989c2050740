import type { App } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { OrdersDeps } from '../parts.ts';
import { notesOfAll } from '../place/notes.ts';
import { WishesView, wishesView } from './listed.ts';

const Query = Type.Object(
  {
    order_ids: Type.String({
      pattern: '^[A-Za-z0-9_-]{1,64}(,[A-Za-z0-9_-]{1,64}){0,99}$',
      description: 'A hundred at most, with commas between',
    }),
  },
  { additionalProperties: false },
);
const Found = Type.Object({
  items: Type.Array(Type.Object({ order_id: Type.String(), ...WishesView.properties })),
});

/** S2-DAT-08: what is wished of many orders, for services that show it to whoever makes them (ADR 0021). */
export function wishesRoutes(app: App, { db }: OrdersDeps): void {
  app.get(
    '/api/v1/orders/wishes',
    {
      config: { permission: 'orders:wishes' },
      schema: {
        tags: ['orders'],
        summary: 'What is wished of these orders and their items; those nothing is wished of are left out',
        querystring: Query,
        response: { 200: Found },
      },
    },
    async (request) => {
      const ids = request.query.order_ids.split(',');
      const items = [...(await notesOfAll(db, ids))].map(([order_id, notes]) => ({
        order_id,
        ...wishesView(notes),
      }));
      return { items: items.filter((wishes) => Object.keys(wishes).length > 1) };
    },
  );
}
