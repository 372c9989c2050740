import {
  type App,
  commandContext,
  cursorOf,
  PageQuery,
  runCommand,
  type StoreDeps,
  typedText,
} from '@dabba/service-kit';
import { Type } from 'typebox';
import { registrationMetrics } from './metrics.ts';
import { listRefused } from './refused.ts';
import { reopen } from './reopen.ts';

const tags = ['receipts'];
const config = { permission: 'receipts:reopen' } as const;
const Id = Type.String({ format: 'uuid' });
const Authority = Type.String({ minLength: 1, maxLength: 100 });
const Reason = typedText(500, { minLength: 1 });

const Refused = Type.Object({
  id: Id,
  authority: Type.String(),
  client: Type.String(),
  metro: Type.String(),
  attempts: Type.Integer(),
  reason: Type.String(),
  refused_at: Type.String({ format: 'date-time' }),
});
const Place = Type.Object({ at: Type.String({ format: 'date-time' }), id: Id, authority: Authority });
const cursors = cursorOf(Place);

/** Receipts that reopen at once in one request. */
const most = 1000;
const atOnce = 50;

/** Dead letters: what authorities refused for good, and asking them again. */
export function registrationRoutes(app: App, deps: StoreDeps): void {
  const { db } = deps;
  registrationMetrics(app, deps);

  app.get(
    '/api/v1/receipts/failed',
    {
      config,
      schema: {
        tags,
        summary: 'What authorities refused for good, oldest first',
        querystring: Type.Object({ ...PageQuery, authority: Type.Optional(Authority) }),
        response: {
          200: Type.Object({
            items: Type.Array(Refused),
            next_cursor: Type.Union([Type.String(), Type.Null()]),
          }),
        },
      },
    },
    async ({ query: { authority, cursor, limit = 50 } }) => {
      const place = cursors.decode(cursor);
      const after = place && {
        refused_at: new Date(place.at),
        receipt: place.id,
        authority: place.authority,
      };
      const rows = await listRefused(db, {
        limit: limit + 1,
        ...(authority !== undefined && { authority }),
        ...(after && { after }),
      });
      const items = rows.slice(0, limit).map(({ receipt: id, refused_at, ...row }) => ({
        id,
        ...row,
        refused_at: refused_at.toISOString(),
      }));
      const last = rows.length > limit ? items.at(-1) : undefined;
      return {
        items,
        next_cursor: last
          ? cursors.encode({ at: last.refused_at, id: last.id, authority: last.authority })
          : null,
      };
    },
  );

  app.post(
    '/api/v1/receipts/:id/reopen',
    {
      config,
      schema: {
        tags,
        summary: 'Ask the authorities that refused a receipt again',
        params: Type.Object({ id: Id }),
        body: Type.Object({ reason: Reason }, { additionalProperties: false }),
      },
    },
    (request, reply) =>
      runCommand(request, reply, (context) => reopen(deps, request.params.id, request.body.reason, context)),
  );

  app.post(
    '/api/v1/receipts/failed/reopen',
    {
      config,
      schema: {
        tags,
        summary: `Ask an authority again for up to ${most} receipts it refused, oldest first`,
        body: Type.Object({ authority: Authority, reason: Reason }, { additionalProperties: false }),
        response: { 200: Type.Object({ reopened: Type.Integer(), more: Type.Boolean() }) },
      },
    },
    async (request) => {
      const { authority, reason } = request.body;
      const { idempotency: _, ...context } = commandContext(request);
      const rows = await listRefused(db, { authority, limit: most + 1 });
      const waiting = rows.slice(0, most);
      let reopened = 0;
      while (waiting.length > 0) {
        const group = waiting.splice(0, atOnce);
        const outcomes = await Promise.all(
          group.map(({ receipt }) => reopen(deps, receipt, reason, context)),
        );
        // Somebody else may have been faster with one.
        reopened += outcomes.filter(({ refused }) => !refused).length;
      }
      return { reopened, more: rows.length > most };
    },
  );
}
