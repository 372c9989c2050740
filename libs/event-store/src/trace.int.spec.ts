import { until } from '@dabba/testing';
import { type Context, type Span, type SpanContext, type Tracer, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testLog } from './spec/log-of.ts';
import { context, newShelf, produced, storeDatabase, storeOn } from './spec/shelf.ts';

interface Seen {
  name: string;
  parent: string | undefined;
  id: string;
  ended: boolean;
}

const seen: Seen[] = [];
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

/** The least of an SDK: remembers names, parents and ends. */
const tracer: Pick<Tracer, 'startSpan'> = {
  startSpan(name: string, _options: object | undefined, within: Context): Span {
    const spanContext: SpanContext = {
      traceId,
      spanId: String(seen.length + 1).padStart(16, '0'),
      traceFlags: 1,
    };
    const span: Seen = {
      name,
      parent: trace.getSpanContext(within)?.spanId,
      id: spanContext.spanId,
      ended: false,
    };
    seen.push(span);
    const plain = trace.wrapSpanContext(spanContext);
    plain.end = () => {
      span.ended = true;
    };
    return plain;
  },
};

beforeAll(() => {
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan: (...asked) => tracer.startSpan(...asked),
      startActiveSpan: () => {
        throw new Error('not used');
      },
    }),
  });
});
afterAll(() => trace.disable());

test('a sampled trace goes from the caller through the append to the record on Kafka', async () => {
  const [database, log] = await Promise.all([storeDatabase('trace'), testLog()]);
  const store = await storeOn(database);
  const relay = await log.relay(database, store);
  const caller = '00f067aa0ba902b7';
  const made = await store.execute(newShelf(), () => [produced()], {
    ...context,
    traceparent: `00-${traceId}-${caller}-01`,
  });
  await until('it is relayed', () => !made.refused && relay.status().cursor >= (made.position ?? 0));
  const [append, publish] = seen;
  expect(append).toMatchObject({ name: 'store append', parent: caller, ended: true });
  expect(publish).toMatchObject({ name: 'relay publish', parent: append?.id, ended: true });
  expect((await log.records())[0]?.headers.traceparent).toBe(`00-${traceId}-${publish?.id}-01`);
  await relay.stop();
  await store.close();
  await log.close();
  await database.drop();
});
