import { chainSeed, factHash, metroOf, partitionFor } from '@dabba/contracts';
import { expect, test } from 'vitest';
import { region } from '../testing/region.ts';
import { isFact, readFact } from './read-fact.ts';
import { packFact, storedFact, unpackFact } from './stored-fact.ts';

const metro = metroOf(region, 'sfo');
const device = { fridgeId: 'fridge-1', metro };
const now = Date.UTC(2026, 0, 1);

function read(message: object) {
  const fact = readFact(Buffer.from(JSON.stringify(message)), device, now);
  if (!isFact(fact)) return expect.fail(fact.detail);
  return fact;
}

const sale = (price: number, at = '2026-01-01T00:30:00+01:00') => ({
  boot: 3,
  seq: 7,
  at,
  type: 'meal_sold',
  data: { meal_id: 'meal-1', customer_id: 'c', price, currency: 'JPY' },
});

test('B3 a fact carries device, boot and seq, and its copies share id, key and partition', () => {
  const [first, copy] = [storedFact(read(sale(450)), device), storedFact(read(sale(450)), device)];
  expect(first).toEqual(copy);
  expect(first).toMatchObject({
    partition: partitionFor(metro, 'fridge-1'),
    meta: { source: 'fridge-1/3', position: 7, version: 7, stream: 'fridge-1', time: now - 30 * 60_000 },
  });
  const next = storedFact(read({ ...sale(450), seq: 8 }), device);
  const rebooted = storedFact(read({ ...sale(450), boot: 4 }), device);
  expect(new Set([first.meta.id, next.meta.id, rebooted.meta.id]).size).toBe(3);
});

test('B5 what is well-formed is a fact, whatever it means: free, foreign money, a future of a day, a past of years', () => {
  expect(read(sale(0)).type).toBe('FridgeMealSold');
  expect(read(sale(1, '2026-01-01T23:59:00Z')).type).toBe('FridgeMealSold');
  expect(read(sale(1, '2020-01-01T00:00:00Z')).type).toBe('FridgeMealSold');
});

test('every type becomes its event', () => {
  const message = (type: string, data: object) => ({
    boot: 1,
    seq: 1,
    at: '2026-01-01T00:00:00Z',
    type,
    data,
  });
  const common = { device: 'fridge-1', boot: 1, seq: 1, observedAt: now };
  expect(read(message('meal_stocked', { meal_id: 'm' }))).toEqual({
    type: 'FridgeMealStocked',
    data: { ...common, mealId: 'm' },
  });
  expect(read(message('command_done', { command_id: 'c' }))).toEqual({
    type: 'FridgeCommandDone',
    data: { ...common, commandId: 'c' },
  });
  expect(read(message('heartbeat', { temperature_c: 3.5 }))).toEqual({
    type: 'FridgeHeartbeat',
    data: { ...common, temperatureCelsius: 3.5 },
  });
  expect(read(message('was_away', { since: '2025-12-31T23:00:00Z' }))).toEqual({
    type: 'FridgeWasAway',
    data: { ...common, since: now - 60 * 60_000 },
  });
  expect(read(message('heartbeat', {})).data).toMatchObject({ temperatureCelsius: null });
});

test('a fact carries its hash and what it says of the one before it, however its text is ordered', () => {
  const said = { ...sale(450), prev: chainSeed };
  const { meta } = storedFact(read(said), device);
  expect(meta.chain).toEqual({ hash: factHash(said), prev: chainSeed });
  const { type, ...rest } = said;
  expect(storedFact(read({ type, ...rest }), device).meta.chain).toEqual(meta.chain);
  expect(storedFact(read({ ...said, prev: meta.chain?.hash }), device).meta.chain).not.toEqual(meta.chain);
  expect(storedFact(read(sale(450)), device).meta.chain).toBeUndefined();
});

test('a fact comes back from the spool as it went in', () => {
  const fact = storedFact(read({ ...sale(450), prev: chainSeed }), device);
  expect(unpackFact(packFact(fact))).toEqual(fact);
});
