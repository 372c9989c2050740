import { until } from '@dabba/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestBridge } from './testing/test-bridge.ts';

let t: TestBridge;
beforeEach(async () => {
  t = await new TestBridge().open();
});
afterEach(() => t.close());

const issued = (fridgeId: string, version: number, validUntil = Date.now() + 3_600_000) =>
  t.decided({
    type: 'OfflinePolicyIssued',
    data: {
      fridgeId,
      version,
      denyVersion: 0,
      perCustomer: { amount: 3_000, meals: 3 },
      perFridgeHour: { amount: 20_000, meals: 20 },
      policy: `jws-${version}`,
      issuedAt: Date.now(),
      validUntil,
    },
  });

async function listen(fridge: string): Promise<unknown[]> {
  const client = await t.connect(fridge);
  const heard: unknown[] = [];
  client.on('message', (_topic, payload) => heard.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(`dabba/sfo/fridges/${fridge}/policy`, { qos: 1 });
  return heard;
}
const message = (version: number) => ({ version, policy: `jws-${version}` });

test('S0-INV-07 a fridge gets its latest policy when it comes, the next one when it is issued, and no other fridge does', async () => {
  await issued('fridge-1', 1);
  await issued('fridge-1', 2);
  await issued('fridge-1', 1);
  await t.stop();
  await t.start();
  const [fridge, other] = [await listen('fridge-1'), await listen('fridge-2')];
  await until('the latest one came', () => fridge.length > 0);
  await issued('fridge-1', 3);
  await issued('fridge-2', 7);
  await until('the next ones came', () => fridge.length > 1 && other.length > 0);
  expect(fridge).toEqual([message(2), message(3)]);
  expect(other).toEqual([message(7)]);
  expect(
    await listen('fridge-1').then((again) => until('it came again', () => again.length > 0 && again)),
  ).toEqual([message(3)]);
});

test('a policy that has run out is sent to nobody', async () => {
  await issued('fridge-1', 1, Date.now() - 1);
  await issued('fridge-2', 1);
  const [fridge, other] = [await listen('fridge-1'), await listen('fridge-2')];
  await until('the valid one came', () => other.length > 0);
  expect(fridge).toEqual([]);
});
