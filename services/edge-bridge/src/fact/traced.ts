import { propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { StoredFact } from './stored-fact.ts';

const tracer = trace.getTracer('@dabba/edge-bridge');

/** Accepts a fact within a span of its own, the first of the trace that its record on Kafka goes on with. */
export async function traced(fact: StoredFact, accept: (fact: StoredFact) => Promise<void>): Promise<void> {
  const span = tracer.startSpan(`fact ${fact.name}`, { kind: SpanKind.SERVER });
  const carrier: { traceparent?: string } = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), carrier);
  const { traceparent } = carrier;
  try {
    await accept(traceparent === undefined ? fact : { ...fact, meta: { ...fact.meta, traceparent } });
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
