import { etagOf } from '@dabba/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Document } from './shelf/documents.ts';

/**
 * What anybody may keep, for as long as a change may take to be seen (one second): then it is asked for again, and
 * answered with 304 where nothing changed. While we are away, an old menu is better than none.
 */
const shared = 'public, max-age=1, stale-if-error=86400';

/** What depends on who asks: no cache between may give it to somebody else. */
export const ofTheCaller = 'private, max-age=1';

/** Sends what is ready, or 304 to who has it. */
export function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  document: Document,
  keeping = shared,
): FastifyReply {
  reply.header('etag', document.etag).header('cache-control', keeping);
  if (has(request, document.etag)) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(document.body);
}

/** Sends a thing at its version; the tag is what If-Match wants. */
export function sendThing(
  request: FastifyRequest,
  reply: FastifyReply,
  version: number,
  body: object,
): FastifyReply {
  const etag = etagOf(version);
  reply.header('etag', etag).header('cache-control', shared);
  if (has(request, etag)) return reply.code(304).send();
  return reply.send(body);
}

/** RFC 9110 §13.1.2: weak comparison, since a cache may have weakened our tag. */
function has({ headers }: FastifyRequest, etag: string): boolean {
  const asked = headers['if-none-match'];
  return (
    asked?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*') ?? false
  );
}
