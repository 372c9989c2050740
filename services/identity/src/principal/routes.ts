import type { App, StoreDeps } from '@dabba/service-kit';
import { cursorOf, PageQuery, Problem, principalOf } from '@dabba/service-kit';
import { Type } from 'typebox';
import { listPrincipals, type PrincipalFilter } from '../read-models/principal-list.ts';
import { principalRef } from './principal.ts';
import { PrincipalResource, resourceOf, resourceOfRow } from './resource.ts';

const place = cursorOf(Type.String());

const ListQuery = Type.Object({
  ...PageQuery,
  kind: Type.Optional(Type.Union([Type.Literal('person'), Type.Literal('machine'), Type.Literal('fridge')])),
  metro: Type.Optional(Type.String({ maxLength: 100 })),
  role: Type.Optional(Type.String({ maxLength: 100 })),
});

const Page = Type.Object({
  items: Type.Array(PrincipalResource),
  next_cursor: Type.Optional(Type.String({ description: 'Absent on the last page' })),
});

export function principalRoutes(app: App, { store, db }: Pick<StoreDeps, 'store' | 'db'>): void {
  app.get(
    '/api/v1/principals/me',
    {
      config: { permission: 'self:read' },
      schema: { summary: 'Whose token this is', tags: ['identity'], response: { 200: PrincipalResource } },
    },
    async (request) => {
      const { id } = principalOf(request);
      const { state } = await store.load(principalRef(id, ''));
      if (state.profile === null)
        throw new Problem({
          status: 404,
          code: 'principal-unknown',
          detail: `${id} is not registered here.`,
        });
      return resourceOf(state.profile);
    },
  );

  app.get(
    '/api/v1/principals',
    {
      config: { permission: 'principals:read' },
      schema: {
        summary: 'Everybody who may act',
        tags: ['identity'],
        querystring: ListQuery,
        response: { 200: Page },
      },
    },
    async ({ query }) => {
      const limit = query.limit ?? 50;
      const rows = await listPrincipals(db, filterOf(query), place.decode(query.cursor), limit + 1);
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(resourceOfRow),
        ...(last && { next_cursor: place.encode(last.principal_id) }),
      };
    },
  );
}

function filterOf({ kind, metro, role }: PrincipalFilter): PrincipalFilter {
  return {
    ...(kind !== undefined && { kind }),
    ...(metro !== undefined && { metro }),
    ...(role !== undefined && { role }),
  };
}
