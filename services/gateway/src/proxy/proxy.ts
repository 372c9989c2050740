import type { Readable } from 'node:stream';
import { type App, Problem, type RouteAccess } from '@dabba/service-kit';
import httpProxy from '@fastify/http-proxy';
import { Agent } from 'undici';
import { type Arrival, addressOf } from '../limits/address.ts';
import { type Route, upstreamUrl } from '../routing/routes.ts';
import type { GatewaySettings } from '../settings.ts';
import { refuseLargeBodies } from './body-limit.ts';
import { ceiling } from './ceiling.ts';
import { failureOf } from './failures.ts';
import { inwardHeaders, outwardHeaders, type Passage } from './headers.ts';

const open: RouteAccess = { public: true };
const closed: RouteAccess = { permission: 'self:read' };
const reads: ('GET' | 'HEAD')[] = ['GET', 'HEAD'];
const methods = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'];

interface Passing extends Arrival {
  id: string;
  method: string;
  host: string;
  protocol: string;
  traceparent: string | undefined;
}

interface Answer {
  readonly sent: boolean;
  send(stream: Readable): unknown;
}

/** Leads every route of the table to its service, over connections that are kept open. */
export async function proxyRoutes(
  app: App,
  routes: readonly Route[],
  settings: GatewaySettings,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const connections = new Agent({
    connections: settings.connections,
    connect: { timeout: 2_000 },
    headersTimeout: settings.patience,
    bodyTimeout: settings.patience,
    // Shorter than a service keeps an idle connection, so that it never closes one we are about to use.
    keepAliveTimeout: 10_000,
  });
  app.addHook('onClose', async () => connections.close());

  const webSockets = {
    websocket: true as const,
    wsClientOptions: {
      rewriteRequestHeaders: (_own: unknown, request: Passing) =>
        inwardHeaders(request.headers, passageOf(request)),
      handshakeTimeout: settings.patience,
      maxPayload: settings.bodyLimit,
    },
    wsServerOptions: { maxPayload: settings.bodyLimit },
  };

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    refuseLargeBodies(scope, settings.bodyLimit);
    for (const route of routes) await proxy(scope, route);
  });

  async function proxy(scope: Pick<App, 'register'>, route: Route): Promise<void> {
    const upstream = upstreamUrl(route.upstream, env);
    const access = route.access === 'token' ? closed : open;
    const options = {
      upstream,
      prefix: route.prefix,
      rewritePrefix: route.prefix,
      httpMethods: methods,
      config: access,
      undici: connections,
      disableRequestLogging: true,
      preHandler: ceiling,
      // A read is tried once more when a kept connection turns out to be closed. Writes never are, nor is a 503,
      // which the library would ask for again ten times if no number were given.
      retryMethods: reads,
      replyOptions: {
        retriesCount: 1,
        rewriteRequestHeaders: (request: Passing, headers: Arrival['headers']) =>
          inwardHeaders(headers, passageOf(request)),
        rewriteHeaders: outwardHeaders,
        onError: (reply: { send(problem: Problem): unknown }, { error }: { error: Error }) => {
          reply.send(failed(error));
        },
        // Whoever was refused in the meantime has their answer.
        onResponse: (_request: unknown, reply: Answer, { stream }: { stream: Readable }) => {
          if (reply.sent) stream.destroy();
          else reply.send(stream);
        },
      },
    };
    if (route.websocket) await scope.register(httpProxy, { ...options, ...webSockets });
    else await scope.register(httpProxy, options);
  }

  function passageOf(request: Passing): Passage {
    return {
      method: request.method,
      correlationId: request.id,
      address: addressOf(request, settings.trusted),
      host: request.host,
      protocol: request.protocol,
      traceparent: request.traceparent,
    };
  }
}

function failed(error: Error): Problem {
  const problem = new Problem(failureOf(error));
  problem.cause = error;
  return problem;
}
