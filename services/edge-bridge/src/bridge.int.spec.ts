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
