import { type App, Problem, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { Parts } from '../parts.ts';
import { orNull } from '../schemas.ts';
import { presenter } from './presenter.ts';

/** Payments at a time; about as many as are made ready while one look of their service's lasts. */
const most = 50;
const Query = Type.Object(
  {
    payment_ids: Type.String({
      minLength: 1,
      maxLength: 4_000,
      description: `Of up to ${most} payments, separated by commas`,
    }),
  },
  { additionalProperties: false },
);
const Intents = Type.Object({
  items: Type.Array(
    Type.Object({
      payment_id: Type.String(),
      status: Type.String(),
      provider: Type.String(),
      client_secret: orNull(Type.String()),
    }),
    { description: 'Of those that are known' },
  ),
});

/** For services, which answer several customers at once: what each confirms their payment by. From memory, where that has them. */
export function intentRoutes(app: App, deps: StoreDeps, parts: Parts): void {
  const present = presenter(deps, parts);
  app.get(
    '/api/v1/payment-intents',
    {
      config: { permission: 'payments:request' },
      schema: {
        tags: ['payments'],
        summary: 'How several payments stand, with the secrets to confirm them',
        querystring: Query,
        response: { 200: Intents },
      },
    },
    async (request) => {
      const ids = [...new Set(request.query.payment_ids.split(','))];
      if (ids.length > most)
        throw new Problem({ status: 400, code: 'too-many', detail: `At most ${most} payments at a time` });
      const items = await Promise.all(
        ids.map(async (id) => {
          const payment = await parts.desk.recall(id);
          if (payment === null) return [];
          const { status, provider, client_secret } = await present(id, payment, true);
          return [{ payment_id: id, status, provider, client_secret }];
        }),
      );
      return { items: items.flat() };
    },
  );
}
