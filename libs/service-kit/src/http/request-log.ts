import { newId } from '@dabba/contracts';
import fastify, { type FastifyInstance } from 'fastify';

const sane = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

/** The caller's correlation id where it looks like one, else a new one. It is the id of the request, too. */
export function correlationIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && sane.test(header) ? header : newId();
}

/** Fastify's own lines have the URL in them, which may name a person; {@link logRequests} logs the route instead. */
export const logController = new fastify.LogController({
  disableRequestLogging: true,
  requestIdLogLabel: 'correlation_id',
});

export function logRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-correlation-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { url } = request.routeOptions;
    const quiet = url === '/metrics' || url?.startsWith('/health/');
    request.log[quiet ? 'debug' : 'info'](
      {
        method: request.method,
        route: url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    );
  });
}
