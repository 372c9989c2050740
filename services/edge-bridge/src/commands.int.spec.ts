import { until } from '@dabba/testing';
import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestBridge } from './testing/test-bridge.ts';

let t: TestBridge;

beforeEach(async () => {
  t = await new TestBridge().open();
});

afterEach(() => t.close());

const issued = (fridgeId: string, commandId: string) =>
  t.decided({
    type: 'FridgeCommandIssued',
    data: {
      fridgeId,
      commandId,
      kind: 'LOCK',
      reason: 'too warm',
      issuedAt: Date.UTC(2026, 0, 1),
      sessionId: null,
      door: null,
      nonce: null,
      expiresAt: null,
    },
  });

const confirmed = (fridgeId: string, commandId: string) =>
  t.decided({ type: 'FridgeCommandConfirmed', data: { fridgeId, commandId, confirmedAt: Date.now() } });

async function listen(fridge: string): Promise<{ client: MqttClient; ids: string[]; bodies: unknown[] }> {
  const client = await t.connect(fridge);
  const ids: string[] = [];
  const bodies: unknown[] = [];
  client.on('message', (_topic, payload) => {
    const body = JSON.parse(payload.toString());
    ids.push(body.command_id);
    bodies.push(body);
  });
  await client.subscribeAsync(`dabba/sfo/fridges/${fridge}/commands`, { qos: 1 });
  return { client, ids, bodies };
}

test('B4 a command is sent again until the fridge has confirmed it, and to that fridge only', async () => {
  const fridge = await listen('fridge-1');
  const other = await listen('fridge-2');
  await issued('fridge-1', 'c1');
  await until('it came three times', () => fridge.ids.length >= 3);
  expect(fridge.bodies[0]).toEqual({
    command_id: 'c1',
    kind: 'LOCK',
    reason: 'too warm',
    issued_at: '2026-01-01T00:00:00.000Z',
  });
  await confirmed('fridge-1', 'c1');
  await issued('fridge-1', 'c2');
  await until('the next one came three times', () => fridge.ids.filter((id) => id === 'c2').length >= 3);
  expect(fridge.ids.slice(-2)).toEqual(['c2', 'c2']);
  expect(other.ids).toEqual([]);
});

test('B4 what was issued while the fridge, or the bridge, was away is sent when both are there; what was confirmed is not', async () => {
  await issued('fridge-1', 'before');
  await issued('fridge-1', 'done');
  await t.stop();
  await confirmed('fridge-1', 'done');
  await issued('fridge-1', 'meanwhile');
  await t.start();
  const fridge = await listen('fridge-1');
  await until('both came', () => fridge.ids.includes('before') && fridge.ids.includes('meanwhile'));
  expect(fridge.ids).not.toContain('done');
});
