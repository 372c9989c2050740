import { isRefusal } from '@dabba/event-store';
import { type App, idempotencyKeyOf, principalOf, problemFrom, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { ContractBook } from '../contract/book.ts';
import { findReceipt } from '../status/find.ts';
import { Status } from '../status/view.ts';
import { documentMedia, formatOf, takeRaw } from './media.ts';
import { type IntakeDeps, receive } from './receive.ts';

const Accepted = Type.Object({ id: Type.String(), status: Status });

/** S3-API-01. The body is kept byte for byte, so nothing but a Buffer of it comes here. */
export async function intakeRoutes(
  app: App,
  deps: StoreDeps & IntakeDeps,
  contracts: ContractBook,
  maxBytes: number,
): Promise<void> {
  await app.register(async (scope) => {
    takeRaw(scope, documentMedia, maxBytes);
    scope.post(
      '/api/v1/receipts',
      {
        config: { permission: 'receipts:write' },
        bodyLimit: maxBytes,
        schema: {
          tags: ['receipts'],
          summary: 'Hand in a receipt, as JSON or XML of a known type',
          consumes: documentMedia,
          response: { 200: Accepted, 202: Accepted },
        },
      },
      async (request, reply) => {
        const { id: client } = principalOf(request);
        const at = deps.now();
        const contract = await contracts.allow(client, 'write', at);
        contracts.count(client, contract, 1, at);
        const format = formatOf(request);
        const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const key = idempotencyKeyOf(request.headers['idempotency-key'], undefined);
        const taken = await receive(deps, { client, metro: contract.metro, format, raw, key, at });
        if (isRefusal(taken)) throw problemFrom(taken);
        const { fate, receiptId: id } = taken;
        reply.header('location', `/api/v1/receipts/${id}`);
        if (fate === 'new') return reply.code(202).send({ id, status: 'RECEIVED' });
        const found = await findReceipt(deps, id);
        return reply.code(200).send({ id, status: found?.receipt.status ?? 'RECEIVED' });
      },
    );
  });
}
