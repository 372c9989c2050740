import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const spans = new WeakMap<FastifyRequest, Span>();

/** A server span for each request, below the caller's; what the handler does becomes part of it. */
export function traceRequests(app: FastifyInstance): void {
  const tracer = trace.getTracer('@dabba/service-kit');
  app.decorateRequest('traceparent', undefined);
  app.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url ?? 'unknown route';
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
    context.with(inside, done);
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
