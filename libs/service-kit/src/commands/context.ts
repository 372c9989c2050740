import { createHash } from 'node:crypto';
import { canonical } from '@dabba/contracts';
import type { CommandContext, Executed, IdempotencyKey, Refusal } from '@dabba/event-store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendOutcome } from '../http/send.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';

/** Who acts, when, why and under which Idempotency-Key, as the events will say. */
export function commandContext(request: FastifyRequest): CommandContext {
  const actor = request.principal?.id ?? 'anonymous';
  const idempotency = idempotencyOf(request, actor);
  return {
    actor,
    now: request.server.now(),
    correlationId: request.id,
    ...(request.traceparent !== undefined && { traceparent: request.traceparent }),
    ...(idempotency && { idempotency }),
  };
}

/**
 * Runs a command and answers with its outcome.
 *
 *   app.post('/api/v1/lots', { schema, config }, (request, reply) =>
 *     runCommand(request, reply, (context) => store.execute(ref, decide, context, { answer })));
 */
export async function runCommand(
  request: FastifyRequest,
  reply: FastifyReply,
  command: (context: CommandContext) => Promise<Executed<unknown> | Refusal> | Refusal,
): Promise<void> {
  // Awaiting a reply waits until it is sent; returning it would have to fit the route's own type of answer.
  await sendOutcome(reply, await command(commandContext(request)));
}

function idempotencyOf(request: FastifyRequest, principal: string): IdempotencyKey | undefined {
  const { method, routeOptions, params, query, body } = request;
  const key = idempotencyKeyOf(request.headers['idempotency-key'], routeOptions.config.idempotencyKey);
  if (key === undefined) return undefined;
  const bodyHash = createHash('sha256').update(canonical({ params, query, body })).digest('hex');
  return { principal, route: `${method} ${routeOptions.url ?? ''}`, key, bodyHash };
}
