import {
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const spans = new WeakMap<FastifyRequest, Span>();
const tracer = trace.getTracer('@dabba/service-kit');

/** A server span for each request, below the caller's; what the handler does becomes part of it. */
export function traceRequests(app: FastifyInstance): void {
  app.decorateRequest('traceparent', undefined);
  app.addHook('onRequest', (request, _reply, done) => {
    context.with(begin(request, request.routeOptions.url ?? 'unknown route'), done);
  });
  // The body arrives in events of the socket, outside of the context the hooks above ran in.
  app.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) context.with(trace.setSpan(context.active(), span), done);
    else done();
  });
  app.addHook('onResponse', async (request, reply) => {
    const span = spans.get(request);
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  });
}

/** For a request no route was looked for (its path cannot be read): no hook runs, and its problem needs a trace all the same. */
export function traceUnrouted(request: FastifyRequest): void {
  begin(request, 'no route');
  spans.get(request)?.end();
}

function begin(request: FastifyRequest, route: string): Context {
  const span = tracer.startSpan(
    `${request.method} ${route}`,
    { kind: SpanKind.SERVER, attributes: { 'http.request.method': request.method, 'http.route': route } },
    propagation.extract(context.active(), request.headers),
  );
  spans.set(request, span);
  const carrier: { traceparent?: string } = {};
  const inside = trace.setSpan(context.active(), span);
  propagation.inject(inside, carrier);
  request.traceparent = carrier.traceparent;
  return inside;
}
