import { propagation, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { logOf } from './request-log.ts';

const spans = new WeakMap<FastifyRequest, Span>();
const tracer = trace.getTracer('@dabba/service-kit');

/**
 * A server span for each request, below the caller's. What the handler does becomes part of it by the traceparent in
 * its command, and its log lines name it.
 */
export function traceRequests(app: FastifyInstance): void {
  app.decorateRequest('traceparent', undefined);
  app.addHook('onRequest', (request, reply, done) => {
    begin(request, reply, request.routeOptions.url ?? 'unknown route');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}

/** For a request no route was looked for (its path cannot be read): no hook runs, and its problem needs a trace all the same. */
export function traceUnrouted(request: FastifyRequest, reply: FastifyReply): void {
  begin(request, reply, 'no route').end();
}

function begin(request: FastifyRequest, reply: FastifyReply, route: string): Span {
  const span = tracer.startSpan(
    `${request.method} ${route}`,
    { kind: SpanKind.SERVER, attributes: { 'http.request.method': request.method, 'http.route': route } },
    propagation.extract(ROOT_CONTEXT, request.headers),
  );
  spans.set(request, span);
  const carrier: { traceparent?: string } = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), carrier);
  request.traceparent = carrier.traceparent;
  const { traceId, spanId } = span.spanContext();
  request.log = reply.log = logOf(request, { trace_id: traceId, span_id: spanId });
  return span;
}
