import type { Executed, Refusal } from '@dabba/event-store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { traceIdOf } from '../telemetry/traceparent.ts';
import { type ProblemInit, problemDocument, problemFrom, problemType } from './problem.ts';

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: ProblemInit,
): FastifyReply {
  const [path = '/'] = request.url.split('?');
  if (problem.retryAfter !== undefined) reply.header('retry-after', String(Math.ceil(problem.retryAfter)));
  if (problem.headers) reply.headers(problem.headers);
  const document = problemDocument(problem, path, traceIdOf(request.traceparent));
  return reply.code(problem.status).type(problemType).send(JSON.stringify(document));
}

/** Answers with what a command came to: its stored answer, 204 where it has none, or the problem. */
export function sendOutcome(reply: FastifyReply, outcome: Executed<unknown> | Refusal): FastifyReply {
  if (outcome.refused) return sendProblem(reply.request, reply, problemFrom(outcome).init);
  if (outcome.replayed) reply.header('idempotent-replayed', 'true');
  if (!outcome.answer) return reply.code(204).send();
  const { status, headers, body } = outcome.answer;
  if (headers) reply.headers(headers);
  return reply.code(status).send(body);
}
