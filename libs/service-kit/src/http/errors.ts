import { EventTooLarge, StoreUnavailable } from '@dabba/event-store';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isDependencyAway } from './dependency-away.ts';
import { Problem, type ProblemInit } from './problem.ts';
import { sendProblem } from './send.ts';
import { validationProblem } from './validation.ts';

const known: Readonly<Record<string, Omit<ProblemInit, 'status'>>> = {
  400: { code: 'bad-request', detail: 'The request cannot be understood.' },
  401: { code: 'unauthenticated', detail: 'A valid token is needed.' },
  403: { code: 'forbidden', detail: 'Not allowed.' },
  404: { code: 'not-found', detail: 'There is nothing here.' },
  408: { code: 'request-timeout', detail: 'The request took too long to arrive.' },
  413: { code: 'body-too-large', detail: 'The body is larger than what is taken here.' },
  414: { code: 'path-too-long', detail: 'A part of the path is too long.' },
  415: { code: 'unsupported-media-type', detail: 'The body has to be application/json.' },
  429: { code: 'rate-limited', detail: 'Too many requests; come back later.' },
  431: { code: 'headers-too-large', detail: 'The headers are too large.' },
  503: { code: 'overloaded', detail: 'Too busy at the moment.', retryAfter: 2 },
};

/** What any thrown error looks like from outside. Internals stay in the log. */
function problemOf(error: unknown): ProblemInit {
  if (error instanceof Problem) return error.init;
  if (error instanceof EventTooLarge)
    return {
      status: 413,
      code: 'event-too-large',
      detail: 'What this asks for is too large to be recorded.',
    };
  if (error instanceof StoreUnavailable || isDependencyAway(error))
    return {
      status: 503,
      code: 'dependency-away',
      detail: 'A server this needs cannot be reached.',
      retryAfter: 2,
    };
  if (isFastifyError(error)) {
    if (error.validation) return validationProblem(error.validation, error.validationContext).init;
    const status = error.statusCode ?? 500;
    if (status !== 500) return byStatus(status);
  }
  return { status: 500, code: 'internal', detail: 'Something went wrong on our side.' };
}

export function byStatus(status: number): ProblemInit {
  const entry = known[status];
  if (entry) return { status, ...entry };
  return status < 500
    ? { status, code: 'bad-request', detail: 'The request cannot be served.' }
    : { status, code: 'unavailable', detail: 'This cannot be served at the moment.' };
}

export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem.status >= 500) request.log.error({ err: error, code: problem.code }, 'request failed');
  else request.log.info({ code: problem.code }, 'request refused');
  return sendProblem(request, reply, problem);
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && ('statusCode' in error || 'validation' in error);
}
