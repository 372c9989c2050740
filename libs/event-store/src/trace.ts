import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('@dabba/event-store');
const w3c = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Runs `work` in a span below `traceparent`, or at the root of a trace; without an SDK the span records nothing. */
export async function inSpan<R>(
  name: string,
  traceparent: string | undefined,
  work: (span: Span) => Promise<R>,
): Promise<R> {
  const span = startSpan(name, traceparent);
  try {
    return await work(span);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'failed' });
    throw error;
  } finally {
    span.end();
  }
}

export function startSpan(name: string, traceparent: string | undefined, kind = SpanKind.INTERNAL): Span {
  return tracer.startSpan(name, { kind }, parentOf(traceparent));
}

/** W3C form of a span; undefined where there is none. */
export function traceparentOf(span: Span): string | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (/^0+$/.test(traceId)) return undefined;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

export function isSampled(traceparent: string | undefined): traceparent is string {
  const flags = traceparent === undefined ? undefined : w3c.exec(traceparent)?.[3];
  return flags !== undefined && (Number.parseInt(flags, 16) & 1) === 1;
}

function parentOf(traceparent: string | undefined): Context {
  if (traceparent === undefined) return ROOT_CONTEXT;
  const [, traceId, spanId, flags] = w3c.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}
