import { isRefusal, type Refusal } from '@dabba/event-store';
import { type App, principalOf, problemDocument, problemFrom, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { ContractBook } from '../contract/book.ts';
import { linesOf } from './lines.ts';
import { linesMedia, takeRaw } from './media.ts';
import { type IntakeDeps, receive } from './receive.ts';

const Outcome = Type.Object({
  line: Type.Integer(),
  /** As `POST /api/v1/receipts` would have answered. */
  status: Type.Integer(),
  id: Type.Optional(Type.String()),
  problem: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
const Outcomes = Type.Object({ items: Type.Array(Outcome) });

/** Bytes of a whole batch. */
const maxBatch = 8 * 1024 * 1024;

/** Many documents in one request, each with an outcome of its own; sent again it finds those that came in. */
export async function batchRoutes(
  app: App,
  deps: StoreDeps & IntakeDeps,
  contracts: ContractBook,
  maxBytes: number,
): Promise<void> {
  await app.register(async (scope) => {
    takeRaw(scope, [linesMedia], maxBatch);
    scope.post(
      '/api/v1/receipts/batch',
      {
        config: { permission: 'receipts:write' },
        bodyLimit: maxBatch,
        schema: {
          tags: ['receipts'],
          summary: 'Hand in many receipts, one a line',
          consumes: [linesMedia],
          response: { 200: Outcomes },
        },
      },
      async (request) => {
        const { id: client } = principalOf(request);
        const at = deps.now();
        const contract = await contracts.allow(client, 'write', at);
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const lines = linesOf(body, maxBytes);
        if (isRefusal(lines)) throw problemFrom(lines);
        contracts.count(client, contract, lines.length, at);
        const from = { client, metro: contract.metro, key: undefined, at };
        const items = lines.map(async (line) => {
          const outcome = 'refusal' in line ? line.refusal : await receive(deps, { ...from, ...line });
          return { line: line.line, ...answerOf(outcome, request.url) };
        });
        return { items: await Promise.all(items) };
      },
    );
  });
}

function answerOf(outcome: Awaited<ReturnType<typeof receive>> | Refusal, instance: string) {
  if (isRefusal(outcome)) {
    const { status } = outcome;
    return { status, problem: problemDocument(problemFrom(outcome).init, instance, undefined) };
  }
  return { status: outcome.fate === 'new' ? 202 : 200, id: outcome.receiptId };
}
