import { newId } from '@dabba/contracts';
import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';

const sane = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

/** The caller's correlation id where it looks like one, else a new one. It is the id of the request, too. */
export function correlationIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && sane.test(header) ? header : newId();
}

/** Fastify's own lines have the URL in them, which may name a person; {@link logRequests} logs the route instead. */
export const logController = new fastify.LogController({
  disableRequestLogging: true,
});

/** The log of one request. Most requests have nothing to say, and a child of pino costs as much as a routed request: it is made with the first line. */
export function logOf(request: { id: string; log: FastifyBaseLogger }, trace: object): FastifyBaseLogger {
  const { log, id } = request;
  let made: FastifyBaseLogger | undefined;
  return new Proxy(log, {
    get(_log, name) {
      const member = Reflect.get(log, name);
      // What pino has in place of a level that is switched off.
      if (member === log.silent) return member;
      made ??= log.child({ correlation_id: id, ...trace });
      const own = Reflect.get(made, name);
      return typeof own === 'function' ? own.bind(made) : own;
    },
  });
}

export function logRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-correlation-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
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
    done();
  });
}
