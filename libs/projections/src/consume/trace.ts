import type { Recorded } from '@dabba/contracts';
import {
  type Context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';

const tracer = trace.getTracer('@dabba/projections');
const mostLinks = 32;

/** A span over a batch: child of its event's trace where there is just one sampled, linked to them otherwise. */
export async function traced<R>(
  name: string,
  events: readonly Recorded[],
  work: () => Promise<R>,
): Promise<R> {
  const sampled = sampledOf(events);
  const [only] = sampled;
  const parent = events.length === 1 && only ? trace.setSpanContext(ROOT_CONTEXT, only) : ROOT_CONTEXT;
  const links = events.length === 1 ? [] : sampled.map((spanContext) => ({ context: spanContext }));
  const attributes = { 'messaging.batch.message_count': events.length };
  const options = { kind: SpanKind.CONSUMER, links, attributes };
  const span = tracer.startSpan(name, options, parent);
  try {
    return await work();
  } catch (error) {
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

function sampledOf(events: readonly Recorded[]): SpanContext[] {
  const found = new Map<string, SpanContext>();
  for (const { meta } of events) {
    if (meta.traceparent === undefined || found.has(meta.traceparent)) continue;
    if (found.size >= mostLinks) break;
    const spanContext = spanContextOf(meta.traceparent);
    if (spanContext) found.set(meta.traceparent, spanContext);
  }
  return [...found.values()];
}

function spanContextOf(traceparent: string): SpanContext | undefined {
  const carried: Context = propagation.extract(ROOT_CONTEXT, { traceparent });
  const spanContext = trace.getSpanContext(carried);
  const sampled = spanContext && (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
  return sampled && isSpanContextValid(spanContext) ? spanContext : undefined;
}
