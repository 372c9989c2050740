import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-node';

export interface TracingSettings {
  service: string;
  /** Base URL of an OTLP collector; spans go nowhere without it. */
  otlpEndpoint: string | undefined;
  /** For tests. */
  processors?: readonly SpanProcessor[] | undefined;
}

let current: NodeTracerProvider | undefined;

/**
 * One tracer provider a process. Without anywhere to send spans to it samples none, but still makes trace ids, so
 * that logs, problems and event headers can always be joined.
 * @returns flushes what was not sent yet
 */
export function startTracing({
  service,
  otlpEndpoint,
  processors = [],
}: TracingSettings): () => Promise<void> {
  if (current) return () => current?.forceFlush() ?? Promise.resolve();
  const exporting = otlpEndpoint === undefined ? [] : [new BatchSpanProcessor(new OTLPTraceExporter())];
  const spanProcessors = [...processors, ...exporting];
  const root = spanProcessors.length > 0 ? new AlwaysOnSampler() : new AlwaysOffSampler();
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler: new ParentBasedSampler({ root }),
    spanProcessors,
  });
  // Spans are handed on by traceparent, in commands and events. A context manager would hook into every promise of the
  // process (Node 20), which made commands at 500/s wait three times as long.
  provider.register({ contextManager: null });
  current = provider;
  return () => provider.forceFlush();
}
