import { until } from '@dabba/testing';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { expect, test } from 'vitest';
import { startService } from '../process/start.ts';
import { testService } from '../spec/test-service.ts';
import { openWorld, postMeal } from '../spec/world.ts';

test('one trace joins HTTP, store, Kafka and fold, edge by edge', async () => {
  const world = await openWorld('kittrace');
  const exporter = new InMemorySpanExporter();
  const service = await startService(testService, {
    env: world.env,
    port: 0,
    keys: world.keys,
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  try {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const answer = await postMeal(service.url, 'soup', { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
    expect(answer.status).toBe(201);
    const find = (name: string) =>
      until(`a span ${name}`, () => exporter.getFinishedSpans().find((span) => span.name === name));
    const http = await find('POST /api/v1/meals');
    const append = await find('store append');
    const publish = await find('relay publish');
    const fold = await find('fold test-list');
    expect(http.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    for (const [parent, child] of [
      [http, append],
      [append, publish],
      [publish, fold],
    ] as const)
      expect(causes(child), `${parent.name} → ${child.name}`).toContain(parent.spanContext().spanId);
    for (const span of [http, append, publish, fold]) expect(span.spanContext().traceId).toBe(traceId);
  } finally {
    await service.stop();
    await world.close();
  }
});

function causes({ parentSpanContext, links }: ReadableSpan): string[] {
  return [
    ...(parentSpanContext ? [parentSpanContext.spanId] : []),
    ...links.map((link) => link.context.spanId),
  ];
}
