import { type App, Problem } from '@dabba/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Format } from '../types/port.ts';

const formats: Readonly<Record<string, Format>> = {
  'application/json': 'JSON',
  'application/xml': 'XML',
  'text/xml': 'XML',
};

export const documentMedia = Object.keys(formats);
export const linesMedia = 'application/x-ndjson';

/** What the body was sent as; the parsers let nothing else in. */
export function formatOf({ headers }: Pick<FastifyRequest, 'headers'>): Format {
  const [media = ''] = (headers['content-type'] ?? '').split(';');
  return formats[media.trim().toLowerCase()] ?? 'JSON';
}

/** Bodies of these kinds reach the routes byte for byte; others are 415. */
export function takeRaw(app: App, media: readonly string[], bodyLimit: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    [...media],
    { parseAs: 'buffer', bodyLimit },
    async (_request: FastifyRequest, body: Buffer) => body,
  );
  app.addContentTypeParser('*', async () => {
    const detail = `The body has to be ${media.join(' or ')}.`;
    throw new Problem({ status: 415, code: 'unsupported-media-type', detail });
  });
}
