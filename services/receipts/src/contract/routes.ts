import { refuse } from '@dabba/event-store';
import { type App, Problem, runCommand, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { contractRef } from './contract.ts';

const Terms = {
  mode: Type.Union([Type.Literal('READ'), Type.Literal('READ_WRITE')]),
  metro: Type.String({ description: 'Where its receipts are kept' }),
  quota_per_minute: Type.Integer({
    minimum: 0,
    maximum: 10_000_000,
    description: 'Documents it may send in a minute',
  }),
  valid_from: Type.String({ format: 'date-time' }),
  valid_to: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
};
const ContractView = Type.Object({ client_id: Type.String(), ...Terms });
const Params = Type.Object({ client_id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$' }) });

/** S3-SEC-01: what a client may do is fixed when it signs up, and changes by signing anew. */
export function contractRoutes(app: App, { store, region }: StoreDeps): void {
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
    '/api/v1/receipt-contracts/:client_id',
    {
      config: { permission: 'receipts:contracts' },
      schema: {
        tags: ['receipts'],
        summary: 'What was agreed with a client',
        params: Params,
        response: { 200: ContractView },
      },
    },
    async ({ params }) => {
      const { state } = await store.load(contractRef(params.client_id));
      if (state === null)
        throw new Problem({
          status: 404,
          code: 'contract-unknown',
          detail: `No contract with ${params.client_id}`,
        });
      return {
        client_id: params.client_id,
        mode: state.mode,
        metro: state.metro,
        quota_per_minute: state.quotaPerMinute,
        valid_from: new Date(state.validFrom).toISOString(),
        valid_to: state.validTo === null ? null : new Date(state.validTo).toISOString(),
      };
    },
  );
}
