import { type App, type Principal, Problem, type StoreDeps } from '@dabba/service-kit';
import { type Static, Type } from 'typebox';
import { admitting, isClient } from '../contract/admit.ts';
import type { ContractBook } from '../contract/book.ts';
import { findReceipt } from './find.ts';
import type { Found } from './kept.ts';
import { ReceiptView, viewOf } from './view.ts';
import { untilEnded } from './wait.ts';

const Query = Type.Object(
  {
    wait: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 20, description: 'Seconds to wait for the end' }),
    ),
  },
  { additionalProperties: false },
);

export function statusRoutes(app: App, deps: StoreDeps, contracts: ContractBook): void {
  const wait = untilEnded(deps.pool);
  const admit = admitting(contracts, deps.now);

  app.get(
    '/api/v1/receipts/:id',
    {
      config: { permission: 'receipts:read' },
      schema: {
        tags: ['receipts'],
        summary: 'Where a receipt stands',
        params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
        querystring: Query,
        response: { 200: ReceiptView },
      },
    },
    async (request): Promise<Static<typeof ReceiptView>> => {
      const { id } = request.params;
      const principal = await admit(request);
      let found = visible(await findReceipt(deps, id), id, principal);
      const { wait: seconds = 0 } = request.query;
      if (seconds > 0 && !ended(found)) {
        await wait(id, seconds * 1000, request.signal);
        found = visible(await findReceipt(deps, id), id, principal);
      }
      return viewOf(id, found.receipt, found.waiting);
    },
  );
}

function ended({ receipt: { status } }: Found): boolean {
  return status !== 'RECEIVED' && status !== 'REGISTERING';
}

/** Another client's receipt is as unknown as one that never was (S3-API-02). */
export function visible(found: Found | undefined, id: string, principal: Principal): Found {
  if (found && (!isClient(principal) || found.receipt.clientId === principal.id)) return found;
  throw new Problem({ status: 404, code: 'receipt-unknown', detail: `No receipt ${id}` });
}
