import { isRefusal } from '@dabba/event-store';
import {
  type App,
  cursorOf,
  Jwks,
  PageQuery,
  Problem,
  problemFrom,
  type StoreDeps,
} from '@dabba/service-kit';
import { Type } from 'typebox';
import { admitting } from '../contract/admit.ts';
import type { ContractBook } from '../contract/book.ts';
import { findReceipt } from '../status/find.ts';
import { visible } from '../status/routes.ts';
import { Bundle } from './bundle.ts';
import { issueProof } from './issue.ts';
import { type RootRow, rootOfDay, rootsAfter } from './roots.ts';
import { proofDeps } from './task.ts';

const tags = ['receipts'];
const config = { permission: 'receipts:read' } as const;
const Day = Type.String({ format: 'date' });
const Nullable = Type.Union([Type.String(), Type.Null()]);
const RootView = Type.Object({
  day: Day,
  size: Type.Integer({ description: 'Receipts of the day' }),
  root: Type.String(),
  previous: Nullable,
  hash: Type.String({ description: 'SHA-256 of the JWS: what the next day names' }),
  kid: Type.String(),
  jws: Type.String(),
  rooted_at: Type.String({ format: 'date-time' }),
});
const cursors = cursorOf(Type.Object({ day: Day }));

/** What convinces somebody who does not trust us: proofs, the roots they lead to, and the keys these are signed with. */
export function proofRoutes(app: App, deps: StoreDeps, contracts: ContractBook): void {
  const own = proofDeps(deps);
  const { pool, now } = deps;
  const admit = admitting(contracts, now);

  app.get(
    '/api/v1/receipts/:id/proof',
    {
      config,
      schema: {
        tags,
        summary:
          'What proves a receipt and what became of it, to be verified offline; 409 until its day is closed',
        params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
        querystring: Type.Object(
          { document: Type.Optional(Type.Boolean({ description: 'With the raw bytes' })) },
          { additionalProperties: false },
        ),
        response: { 200: Bundle },
      },
    },
    async (request) => {
      const { id } = request.params;
      const principal = await admit(request);
      const found = visible(await findReceipt(deps, id), id, principal);
      const issued = await issueProof(own, id, found, request.query.document ?? false);
      if (isRefusal(issued)) throw problemFrom(issued);
      return issued;
    },
  );

  app.get(
    '/api/v1/receipt-roots',
    {
      config,
      schema: {
        tags,
        summary: 'The signed roots of all days, each naming the one before, oldest first',
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: Type.Object({ items: Type.Array(RootView), next_cursor: Nullable }) },
      },
    },
    async (request) => {
      await admit(request);
      const { cursor, limit = 50 } = request.query;
      const rows = await rootsAfter(pool, cursors.decode(cursor)?.day ?? '0001-01-01', limit + 1);
      const items = rows.slice(0, limit).map(viewOf);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, next_cursor: last ? cursors.encode({ day: last.day }) : null };
    },
  );

  app.get(
    '/api/v1/receipt-roots/:day',
    {
      config,
      schema: {
        tags,
        summary: 'The signed root of a UTC day',
        params: Type.Object({ day: Day }),
        response: { 200: RootView },
      },
    },
    async (request) => {
      await admit(request);
      const { day } = request.params;
      const row = await rootOfDay(pool, day);
      if (row) return viewOf(row);
      throw new Problem({ status: 404, code: 'root-unknown', detail: `${day} has no root, or not yet.` });
    },
  );

  app.get(
    '/api/v1/receipt-roots/keys',
    {
      config: { public: true },
      schema: {
        tags,
        summary: 'Keys by which roots and proofs are verified; those that sign no more stay',
        response: { 200: Jwks },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=60');
      return await own.keys.jwks();
    },
  );
}

function viewOf({ day, size, root, previous, hash, kid, jws, rooted_at }: RootRow) {
  return { day, size: Number(size), root, previous, hash, kid, jws, rooted_at: rooted_at.toISOString() };
}
