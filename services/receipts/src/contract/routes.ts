import { refuse } from '@dabba/event-store';
import {
  type App,
  cursorOf,
  PageQuery,
  Problem,
  principalOf,
  runCommand,
  type StoreDeps,
} from '@dabba/service-kit';
import { Type } from 'typebox';
import { isClient } from './admit.ts';
import { type Contract, contractRef } from './contract.ts';
import { listContracts } from './list.ts';

const Terms = {
  mode: Type.Union([Type.Literal('READ'), Type.Literal('READ_WRITE')]),
  metro: Type.String({ description: 'Where its receipts are kept' }),
  quota_per_minute: Type.Integer({
    minimum: 0,
    maximum: 10_000_000,
    description: 'What it may do in a minute: hand in documents, or, where it may only read, ask',
  }),
  valid_from: Type.String({ format: 'date-time' }),
  valid_to: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
};
const ContractView = Type.Object({ client_id: Type.String(), ...Terms });
const Page = Type.Object({
  items: Type.Array(ContractView),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
});
const cursor = cursorOf(Type.Object({ client: Type.String({ maxLength: 100 }) }));
const Params = Type.Object({ client_id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$' }) });

/** S3-SEC-01: what a client may do is fixed when it signs up, and changes by signing anew. */
export function contractRoutes(app: App, deps: StoreDeps): void {
  const { store, region } = deps;
  app.put(
    '/api/v1/receipt-contracts/:client_id',
    {
      config: { permission: 'receipts:contracts' },
      schema: {
        tags: ['receipts'],
        summary: 'Sign a client up, or change what was agreed',
        params: Params,
        body: Type.Object(Terms, { additionalProperties: false }),
        response: { 200: ContractView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, (context) => {
        const { body, params } = request;
        if (!region.metros.some(({ id }) => id === body.metro))
          return refuse(422, 'metro-unknown', `No metro ${body.metro} here`, { pointer: '/metro' });
        const validFrom = Date.parse(body.valid_from);
        const validTo = body.valid_to === null ? null : Date.parse(body.valid_to);
        if (validTo !== null && validTo <= validFrom)
          return refuse(422, 'contract-empty', 'It ends before it begins', { pointer: '/valid_to' });
        const terms = { mode: body.mode, metro: body.metro, quotaPerMinute: body.quota_per_minute };
        const data = { clientId: params.client_id, ...terms, validFrom, validTo, signedAt: context.now };
        return store.execute(
          contractRef(params.client_id, body.metro),
          () => [{ type: 'ReceiptContractSigned', data }],
          context,
          { answer: () => ({ status: 200, body: { client_id: params.client_id, ...body } }) },
        );
      }),
  );

  app.get(
    '/api/v1/receipt-contracts',
    {
      config: { permission: 'receipts:contracts' },
      schema: {
        tags: ['receipts'],
        summary: 'What was agreed with whom, by the name of the client',
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: Page },
      },
    },
    async ({ query }) => {
      const { limit = 50 } = query;
      const found = await listContracts(deps, cursor.decode(query.cursor)?.client ?? '', limit + 1);
      const items = found.slice(0, limit).map(([client, contract]) => viewOf(client, contract));
      const last = items.at(-1);
      return {
        items,
        next_cursor: found.length > limit && last ? cursor.encode({ client: last.client_id }) : null,
      };
    },
  );

  app.get(
    '/api/v1/receipt-contracts/:client_id',
    {
      config: { permission: 'receipts:read' },
      schema: {
        tags: ['receipts'],
        summary: 'What was agreed with a client; it sees its own, also before it begins and after its end',
        params: Params,
        response: { 200: ContractView },
      },
    },
    async (request) => {
      const { client_id: client } = request.params;
      const principal = principalOf(request);
      if (isClient(principal) && principal.id !== client)
        throw new Problem({
          status: 403,
          code: 'other-client',
          detail: 'A client sees its own contract only.',
        });
      const { state } = await store.load(contractRef(client));
      if (state === null)
        throw new Problem({ status: 404, code: 'contract-unknown', detail: `No contract with ${client}` });
      return viewOf(client, state);
    },
  );
}

function viewOf(
  client_id: string,
  { mode, metro, quotaPerMinute, validFrom, validTo }: NonNullable<Contract>,
) {
  return {
    client_id,
    mode,
    metro,
    quota_per_minute: quotaPerMinute,
    valid_from: new Date(validFrom).toISOString(),
    valid_to: validTo === null ? null : new Date(validTo).toISOString(),
  };
}
