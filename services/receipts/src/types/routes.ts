import { type App, commandContext, Problem } from '@dabba/service-kit';
import { Type } from 'typebox';
import { defineType } from './book/define.ts';
import { newestTypes, versionsOf } from './book/rows.ts';
import { Definition } from './definition/definition.ts';
import { dryRunRoutes } from './dry-run/routes.ts';
import { TypeResource, typeResource, VersionResource, versionResource } from './resource.ts';
import { asProblem, type TypeRouteDeps } from './route-deps.ts';

const tags = ['receipts'];

/** S3-RCP-02: types are listed, added and changed while everything runs. */
export function typeRoutes(app: App, deps: TypeRouteDeps): void {
  const { pool, types, admit } = deps;

  app.get(
    '/api/v1/receipt-types',
    {
      config: { permission: 'receipts:read' },
      schema: {
        tags,
        summary: 'Every type of receipt by its newest version, with a valid sample',
        response: { 200: Type.Object({ items: Type.Array(TypeResource) }) },
      },
    },
    async (request) => {
      await admit(request);
      return { items: (await newestTypes(pool)).map(typeResource) };
    },
  );

  app.get(
    '/api/v1/receipt-types/:type/versions',
    {
      config: { permission: 'receipts:read' },
      schema: {
        tags,
        summary: 'Every version of a type in all its formats, newest first',
        params: Type.Object({ type: Type.String({ maxLength: 100 }) }),
        response: { 200: Type.Object({ items: Type.Array(VersionResource) }) },
      },
    },
    async (request) => {
      await admit(request);
      const items = (await versionsOf(pool, request.params.type)).map(versionResource);
      if (items.length > 0) return { items };
      throw new Problem({ status: 404, code: 'receipt-type-unknown', detail: 'There is no such type.' });
    },
  );

  app.post(
    '/api/v1/receipt-types',
    {
      config: { permission: 'receipts:types' },
      schema: {
        tags,
        summary: 'Define a type, or a new version of one; the same definition again changes nothing',
        body: Definition,
        response: { 200: VersionResource, 201: VersionResource },
      },
    },
    async (request, reply) => {
      const { row, isNew } = await asProblem('', () =>
        defineType(deps, request.body, commandContext(request)),
      );
      await types.refresh();
      reply.header('location', `/api/v1/receipt-types/${row.type}/versions`);
      return reply.code(isNew ? 201 : 200).send(versionResource(row));
    },
  );

  dryRunRoutes(app, deps);
}
