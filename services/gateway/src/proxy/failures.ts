import type { ProblemInit } from '@dabba/service-kit';

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
]);
const tooSlow = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/**
 * The problem a client sees when a service gave no answer: 503 when it certainly did not get the request, 504 when it
 * took too long, 502 when the connection broke in between, so that it may or may not have done it. Names no address.
 */
export function failureOf(error: unknown): ProblemInit {
  const codes = codesOf(error);
  if (codes.has('BODY_TOO_LARGE'))
    return {
      status: 413,
      code: 'body-too-large',
      detail: 'The body is larger than the gateway lets through.',
    };
  if (meets(codes, unreachable))
    return {
      status: 503,
      code: 'service-unavailable',
      detail: 'The service behind is away for the moment; it did not get this request.',
      retryAfter: 2,
    };
  if (meets(codes, tooSlow))
    return {
      status: 504,
      code: 'gateway-timeout',
      detail:
        'The service behind took too long; it may still do this. Try again with the same Idempotency-Key.',
    };
  return {
    status: 502,
    code: 'bad-gateway',
    detail:
      'The connection to the service behind broke; it may have done this. Try again with the same Idempotency-Key.',
    retryAfter: 1,
  };
}

/** Codes of an error and of all its causes. */
function codesOf(error: unknown): Set<string> {
  const codes = new Set<string>();
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') codes.add(at.code);
    if (at instanceof AggregateError)
      for (const one of at.errors) for (const code of codesOf(one)) codes.add(code);
  }
  return codes;
}

function meets(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...some].some((one) => others.has(one));
}
