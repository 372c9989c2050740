import { until } from '@dabba/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { factBody, factsTopic, TestBridge } from './testing/test-bridge.ts';

let t: TestBridge;

beforeEach(async () => {
  t = await new TestBridge().open();
});

afterEach(() => t.close());

test('B1 an acknowledged fact is on Kafka, as it was said', async () => {
  const fridge = await t.connect('fridge-1');
  await fridge.publishAsync(factsTopic('fridge-1'), factBody(1), { qos: 1 });
  const [fact] = await t.facts();
  expect(fact).toMatchObject({
    type: 'FridgeMealStocked',
    data: { device: 'fridge-1', boot: 1, seq: 1, mealId: 'meal-1' },
    meta: {
      source: 'fridge-1/1',
      stream: 'fridge-1',
      streamType: 'fridge-facts',
      version: 1,
      position: 1,
      metro: 'sfo',
      actor: 'fridge-1',
    },
  });
});

test('B1 nothing is acknowledged while it is neither on Kafka nor on disk, and then in order', async () => {
  t.env = { SPOOL_MAX_BYTES: '1' };
  await t.stop();
  await t.start();
  t.wire.cut();
  const fridge = await t.connect('fridge-1');
  let acknowledged = 0;
  const closed = new Promise<void>((resolve) => fridge.on('close', () => resolve()));
  for (let seq = 1; seq <= 5; seq += 1)
    fridge.publish(factsTopic('fridge-1'), factBody(seq), { qos: 1 }, (error) => {
      if (!error) acknowledged += 1;
    });
  await closed;
  expect(acknowledged).toBe(0);
  expect(await t.ends()).toEqual(Array(8).fill(0));
});

test('B2 while facts are spooled, new ones join the tail; all arrive in order', async () => {
  const fridge = await t.connect('fridge-1');
  t.wire.cut();
  const first = Array.from({ length: 50 }, (_, index) => index + 1);
  await Promise.all(
    first.map((seq) => fridge.publishAsync(factsTopic('fridge-1'), factBody(seq), { qos: 1 })),
  );
  expect(t.bridge.spool().records).toBe(50);
  t.wire.mend();
  const rest = Array.from({ length: 200 }, (_, index) => index + 51);
  for (const seq of rest) await fridge.publishAsync(factsTopic('fridge-1'), factBody(seq), { qos: 1 });
  await until('the spool is empty', () => t.bridge.spool().records === 0);
  expect(await t.seqs()).toEqual([...first, ...rest]);
});

test('K9 a registry that is away and was never asked stops no fact: it is framed when it leaves the spool', async () => {
  t.registryAway = true;
  const fridge = await t.connect('fridge-1');
  for (let seq = 1; seq <= 3; seq += 1)
    await fridge.publishAsync(factsTopic('fridge-1'), factBody(seq), { qos: 1 });
  expect(t.bridge.spool().records).toBe(3);
  await t.stop();
  await t.start();
  expect(t.bridge.spool().records).toBe(3);
  t.registryAway = false;
  await until('the spool is empty', () => t.bridge.spool().records === 0);
  expect(await t.seqs()).toEqual([1, 2, 3]);
});

test('B5 a fact that makes no sense is taken like any other: it happened', async () => {
  const fridge = await t.connect('fridge-1');
  const data = { meal_id: 'never-made', customer_id: 'nobody', price: 0, currency: 'XXX' };
  const at = '2020-01-01T00:00:00Z';
  await fridge.publishAsync(factsTopic('fridge-1'), factBody(9, { type: 'meal_sold', at, data }), { qos: 1 });
  expect(await t.seqs()).toEqual([9]);
});

test('B3 a fact said twice lies on the topic twice, with one id and one position, for consumers to drop', async () => {
  const fridge = await t.connect('fridge-1');
  const body = factBody(1);
  await fridge.publishAsync(factsTopic('fridge-1'), body, { qos: 1 });
  await fridge.publishAsync(factsTopic('fridge-1'), body, { qos: 1, dup: true });
  const [first, second] = await t.facts();
  // Each time it was said has a trace of its own.
  const meta = { ...second?.meta, traceparent: first?.meta.traceparent };
  expect({ ...second, meta }).toEqual(first);
});

test('a fridge whose credentials are revoked while it is connected is cut off', async () => {
  const fridge = await t.connect('fridge-1');
  const closed = new Promise<void>((resolve) => fridge.on('close', () => resolve()));
  t.ask = async () => ({ known: false, because: 'refused' });
  t.now = () => Date.now() + 11 * 60_000;
  await expect(t.connect('fridge-1')).rejects.toThrow();
  await closed;
});

test('what an operator wants to know is measured', async () => {
  const fridge = await t.connect('fridge-1');
  await fridge.publishAsync(factsTopic('fridge-1'), factBody(1), { qos: 1 });
  t.wire.cut();
  await fridge.publishAsync(factsTopic('fridge-1'), factBody(2), { qos: 1 });
  const metrics = await t.metrics.metrics();
  expect(metrics).toContain('dabba_edge_connected_devices 1');
  expect(metrics).toContain('dabba_edge_facts_accepted_total{type="FridgeMealStocked",metro="sfo"} 2');
  expect(metrics).toContain('dabba_edge_spool_records 1');
  expect(metrics).toMatch(/dabba_edge_kafka_publish_seconds_count\{outcome="acknowledged"\} 1/);
});
