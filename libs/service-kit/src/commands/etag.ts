import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.ts';

export function etagOf(version: number): string {
  return `"${version}"`;
}

export function sendVersion(reply: FastifyReply, version: number): FastifyReply {
  return reply.header('etag', etagOf(version));
}

/**
 * The versions If-Match allows: `undefined` for any (`*`, or no header where none is needed).
 * 428 when it is needed and missing, 400 when it is not a list of our tags. A weak tag never matches (RFC 9110 §13.1.1).
 */
export function ifMatch(request: FastifyRequest, need?: 'required'): readonly number[] | undefined {
  const header = request.headers['if-match'];
  if (header === undefined) {
    if (need !== 'required') return undefined;
    throw new Problem({
      status: 428,
      code: 'if-match-missing',
      detail: 'Say with If-Match which version you have seen.',
    });
  }
  if (header.trim() === '*') return undefined;
  return header.split(',').flatMap((tag) => {
    const strong = /^"(\d{1,15})"$/.exec(tag.trim())?.[1];
    if (strong !== undefined) return [Number(strong)];
    if (/^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag.trim())) return [];
    throw new Problem({
      status: 400,
      code: 'if-match-invalid',
      detail: 'If-Match is not a list of entity tags.',
    });
  });
}

/** A Refusal for `decide` when the stream has moved on since the client saw it. */
export function staleVersion(allowed: readonly number[] | undefined, version: number) {
  if (allowed === undefined || allowed.includes(version)) return undefined;
  return {
    refused: true as const,
    status: 412,
    code: 'version-changed',
    detail: `The resource is at version ${version} now.`,
  };
}
