import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { callAs, type TestCaller, type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopicsOf } from '@dabba/testing/topics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lotRef } from '../lot/lot.ts';
import { recallLot } from '../lot/recall.ts';
import { service } from '../service.ts';
import { releaseReservation, releaseReservationTask } from '../tasks/release-reservation.ts';
import { decideMeal } from './decide.ts';
import { type MealEvent, mealRef } from './meal.ts';

let meals: RunningService<StoreDeps>;
let tokens: TestTokens;

beforeAll(async () => {
  tokens = await testTokens();
  const kafkaPrefix = uniquePrefix('life');
  await makeTopicsOf(service, kafkaPrefix);
  meals = await startService(service, { port: 0, keys: tokens.keys, kafkaPrefix });
  expect((await post('/api/v1/fridges', { id: 'f1', name: 'Lobby', capacity: 2 })).status).toBe(201);
});
afterAll(async () => {
  await meals?.stop();
});

const hour = 3_600_000;
const patient = { within: 40_000, every: 100 };
const customer = { roles: ['customer'], claims: { customer_id: 'c1' } };

const call = (method: string, path: string, body?: unknown, caller?: TestCaller) =>
  callAs(tokens, method, `${meals.url}${path}`, body, caller);
const post = (path: string, body?: unknown, who = {}) => call('POST', path, body, who);
const act = (id: string, command: string, body?: unknown, who = {}) =>
  post(`/api/v1/meals/${id}/${command}`, body, who);
const viewOf = async (id: string) => (await call('GET', `/api/v1/meals/${id}`)).body;
const listed = async (lot: string, filter = '') =>
  (await call('GET', `/api/v1/meals?lot_id=${lot}${filter}`)).body.items;

async function makeLot(quantity: number, lifetime = 8 * hour): Promise<{ id: string; meals: string[] }> {
  const now = Date.now();
  const { status, body } = await post('/api/v1/lots', {
    sku: 'dal',
    kitchen_id: 'k1',
    quantity,
    produced_at: new Date(now - hour).toISOString(),
    expires_at: new Date(now + lifetime).toISOString(),
    allergens: [],
    may_contain: [],
  });
  expect(status).toBe(201);
  return body;
}
async function oneMeal(): Promise<{ id: string; lot: string }> {
  const { id: lot, meals: ids } = await makeLot(1);
  return { id: String(ids[0]), lot };
}

const stocked = (id: string, lotId: string, fridgeId = 'f1'): MealEvent => ({
  type: 'MealStocked',
  data: { mealId: id, lotId, sku: 'dal', fridgeId, customerId: null, stockedAt: Date.now() },
});
const sold = (id: string, lotId: string, customerId: string): MealEvent => ({
  type: 'MealSold',
  data: {
    mealId: id,
    lotId,
    sku: 'dal',
    fridgeId: 'f1',
    customerId,
    price: 850,
    currency: 'USD',
    soldAt: Date.now(),
    sessionId: null,
    verdict: null,
  },
});
async function happen(id: string, ...events: MealEvent[]): Promise<void> {
  const context = { actor: 'test', now: Date.now() };
  const outcome = await meals.deps.store.execute(mealRef(id, 'sfo'), () => events, context);
  expect(outcome).toMatchObject({ refused: false });
}

describe('S0-STM-01 the whole life of a meal', () => {
  it('goes from its kitchen to its customer and back to the money', async () => {
    const { id, lot } = await oneMeal();
    const courier = { roles: ['courier'], claims: { courier_id: 'r1' } };
    const shipped = await act(id, 'ship', { fridge_id: 'f1' }, courier);
    expect(shipped).toMatchObject({ status: 200, body: { id, status: 'IN_TRANSIT', fridge_id: 'f1' } });
    await happen(id, stocked(id, lot));

    const first = await act(id, 'reserve', {}, customer);
    expect(first).toMatchObject({ status: 200, body: { status: 'RESERVED', customer_id: 'c1' } });
    const minutes = (Date.parse(first.body.reserved_until) - Date.parse(first.body.since)) / 60_000;
    expect(minutes).toBe(10);
    expect((await act(id, 'reserve', { minutes: 60 }, customer)).body).toEqual(first.body);
    await until('the list says who has it', async () => {
      const [row] = await listed(lot, '&status=RESERVED');
      return row?.reserved_until === first.body.reserved_until && row.customer_id === 'c1';
    });
    expect(await act(id, 'release', undefined, customer)).toMatchObject({
      status: 200,
      body: { status: 'STOCKED', customer_id: null, reserved_until: null },
    });
    await act(id, 'reserve', { minutes: 1 }, customer);
    await happen(id, sold(id, lot, 'c1'));
    const again = { headers: { 'idempotency-key': `refund-${id}` } };
    const refund = await act(id, 'refund', { reason: 'It was cold' }, again);
    expect(refund).toMatchObject({
      status: 200,
      body: { status: 'REFUNDED', price: { amount: 850, currency: 'USD' } },
    });
    expect(await act(id, 'refund', { reason: 'It was cold' }, again)).toEqual(refund);

    const history = await call('GET', `/api/v1/meals/${id}/history`);
    expect(history.body.items.map(({ type }: { type: string }) => type)).toEqual([
      'MealProduced',
      'MealShipped',
      'MealStocked',
      'MealReserved',
      'MealReservationReleased',
      'MealReserved',
      'MealSold',
      'MealRefunded',
    ]);
    expect(history.body.items[1]).toMatchObject({ actor: 'test-courier', data: { courier_id: 'r1' } });
  });

  it('ends spoiled, withdrawn or returned, and the list says what the meal itself says', async () => {
    const { id: lot, meals: ids } = await makeLot(3);
    const [first = '', second = '', third = ''] = ids;
    await act(first, 'spoil', { note: 'dropped' });
    await act(second, 'withdraw', { note: 'counted twice' });
    await act(third, 'ship', { courier_id: 'r1' });
    await act(third, 'return', { note: 'the road was closed' }, { roles: ['courier'] });
    const rows = await until('all have ended', async () => {
      const items = await listed(lot);
      return (
        items.length === 3 &&
        items.every(({ status }: { status: string }) => /SPOILED|WITHDRAWN|RETURNED/.test(status)) &&
        items
      );
    });
    for (const row of rows) expect(row).toEqual(await viewOf(row.id));
    for (const status of ['SPOILED', 'WITHDRAWN', 'RETURNED'])
      expect(await listed(lot, `&status=${status}`)).toHaveLength(1);
  });
});

describe('S0-STM-01 a command that breaks the machine', () => {
  it('is refused with its reason, and there is no event', async () => {
    const { id, lot } = await oneMeal();
    const refused = async (code: string, command: string, body?: unknown, who = {}) => {
      const headers = { 'idempotency-key': `${id}-${command}-${code}` };
      const answer = await act(id, command, body, { headers, ...who });
      expect(answer).toMatchObject({ status: 409, body: { code } });
    };
    await refused('meal-not-stocked', 'reserve', {}, customer);
    await refused('meal-not-reserved', 'release');
    await refused('meal-not-sold', 'refund', { reason: 'why not' });
    await happen(id, stocked(id, lot));
    await refused('meal-not-at-kitchen', 'ship', {});
    await act(id, 'reserve', { customer_id: 'c2' });
    await refused('meal-reserved-by-another', 'reserve', {}, customer);
    await refused('meal-reserved-by-another', 'release', undefined, customer);
    await act(id, 'withdraw', { note: 'lost' });
    for (const command of ['spoil', 'withdraw', 'return'])
      await refused('meal-ended', command, { note: 'x' });
    const history = await call('GET', `/api/v1/meals/${id}/history`);
    expect(history.body.items).toHaveLength(4);
  });

  it('is refused for what others say: who asks, the lot, the fridge', async () => {
    const { id, lot } = await oneMeal();
    const code = async (command: string, body: unknown, who = {}) => {
      const answer = await act(id, command, body, who);
      return `${answer.status} ${answer.body.code}`;
    };
    const kitchen = { roles: ['kitchen'], claims: { kitchen_id: 'k2' } };
    expect(await code('ship', {}, kitchen)).toBe('403 other-kitchen');
    expect(await code('ship', {}, { claims: { metro: 'nyc' } })).toBe('403 other-metro');
    const carrying = { roles: ['courier'], claims: { courier_id: 'r1' } };
    expect(await code('ship', { courier_id: 'r2' }, carrying)).toBe('403 other-courier');
    expect(await code('ship', { fridge_id: 'none' })).toBe('422 fridge-unknown');
    expect(await code('reserve', {})).toBe('422 customer-missing');
    expect(await code('reserve', { customer_id: 'c2' }, customer)).toBe('403 other-customer');
    expect(await code('reserve', { minutes: 61 }, customer)).toMatch(/^400/);
    expect(await code('refund', { reason: 'x' })).toBe('400 idempotency-key-missing');
    expect((await act(id, 'spoil', { note: 'x' }, customer)).status).toBe(403);
    expect((await act(id, 'ship', {}, customer)).status).toBe(403);
    expect((await act(id, 'reserve', {}, { roles: ['courier'] })).status).toBe(403);
    expect((await act('none', 'spoil', { note: 'x' })).body.code).toBe('meal-unknown');
    await happen(id, stocked(id, lot));
    // Without its task, which would take the meal out of sale as well.
    const recall = { lotId: lot, reason: 'glass' };
    const context = { actor: 'test', now: Date.now() };
    await meals.deps.store.execute(
      lotRef(lot, 'sfo'),
      (state) => recallLot(state, recall, context.now),
      context,
    );
    expect(await code('reserve', {}, customer)).toBe('409 lot-recalled');
  });

  it('S0-NFR-07 a full fridge takes no more shipments, but what it saw put in is taken', async () => {
    const fridge = { id: 'f2', name: 'Roof', capacity: 2 };
    expect((await post('/api/v1/fridges', fridge)).status).toBe(201);
    const { id: lot, meals: ids } = await makeLot(4);
    const [first = '', second = '', third = '', fourth = ''] = ids;
    const to = { fridge_id: 'f2' };
    const headers = { 'idempotency-key': 'ship-second' };
    await happen(first, stocked(first, lot, 'f2'));
    await until('one is there', async () => (await listed(lot, '&fridge_id=f2')).length === 1);
    const shipped = await act(second, 'ship', to, { headers });
    expect(shipped.status).toBe(200);
    await until('both are', async () => (await listed(lot, '&fridge_id=f2')).length === 2);
    expect(await act(third, 'ship', to)).toMatchObject({
      status: 409,
      body: { code: 'fridge-full', capacity: 2, taken: 2 },
    });
    expect(await act(second, 'ship', to, { headers })).toEqual(shipped);
    await happen(fourth, stocked(fourth, lot, 'f2'));
    expect(await viewOf(fourth)).toMatchObject({ status: 'STOCKED', fridge_id: 'f2' });
  });
});

describe('what happens at a time', () => {
  it('S0-INV-04 every meal of a lot that has not ended expires with it', async () => {
    const { id: lot, meals: ids } = await makeLot(103, 4_000);
    const [first = '', second = ''] = ids;
    await happen(first, stocked(first, lot), sold(first, lot, 'c1'));
    await happen(second, stocked(second, lot));
    expect((await act(second, 'reserve', { minutes: 60 }, customer)).status).toBe(200);
    await until(
      '102 are expired',
      async () => (await listed(lot, '&status=EXPIRED&limit=200')).length === 102,
      patient,
    );
    expect(await listed(lot, '&status=SOLD')).toHaveLength(1);
    const late = await act(second, 'reserve', {}, customer);
    expect(late).toMatchObject({ status: 409, body: { code: 'meal-not-stocked' } });
    const history = await call('GET', `/api/v1/meals/${second}/history`);
    expect(history.body.items.map(({ type }: { type: string }) => type)).toContain('MealExpired');
    expect(history.body.items.at(-1)).toMatchObject({ actor: expect.stringMatching(/^task:/) });
  });

  it('S0-STM-01 a reservation ends by itself, once, and a late timer leaves the next one alone', async () => {
    const { id, lot } = await oneMeal();
    await happen(id, stocked(id, lot));
    const ref = mealRef(id, 'sfo');
    const context = { actor: 'test', now: Date.now() };
    const end = context.now + 1_500;
    const asked = { do: 'reserve', mealId: id, now: context.now, customerId: 'c1', until: end } as const;
    const timer = releaseReservation({ mealId: id, metro: 'sfo', until: end });
    const outcome = await meals.deps.store.transact(
      [ref],
      (unit) => {
        const decided = decideMeal(unit.load(ref).state, asked);
        if ('refused' in decided) return decided;
        unit.enqueue(timer);
        unit.append(ref, decided);
        return undefined;
      },
      context,
    );
    expect(outcome.refused).toBe(false);
    await until('it is for sale again', async () => (await viewOf(id)).status === 'STOCKED', patient);
    const history = await call('GET', `/api/v1/meals/${id}/history`);
    expect(history.body.items.at(-1)).toMatchObject({
      type: 'MealReservationReleased',
      actor: 'task:release-reservation',
      data: { reason: 'TIMEOUT', customer_id: 'c1' },
    });

    await act(id, 'reserve', { customer_id: 'c2' });
    const before = await meals.deps.store.load(ref);
    const handler = releaseReservationTask(meals.deps);
    const run = { idempotencyKey: 'k', attempt: 2, enqueuedAt: 0, signal: new AbortController().signal };
    await handler.run(handler.parse(timer.payload), run);
    expect(await meals.deps.store.load(ref)).toEqual(before);
  });
});
