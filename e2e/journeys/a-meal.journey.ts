import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fridge } from '../simulators/fridge/index.ts';
import { lotBody } from './support/lot.ts';
import { openVillage, type Village } from './support/village.ts';

let village: Village;
let fridge: Fridge;

interface Meal {
  id: string;
  status: string;
  price: { amount: number; currency: string } | null;
  customer_id: string | null;
}

beforeAll(async () => {
  village = await openVillage();
  fridge = village.fridge('fr_sfo_01');
  fridge.reconnect();
});
afterAll(async () => {
  fridge?.disconnect();
  await village?.close();
});

/** As a client does that is told to come again: under the same key. */
async function cook(change = {}): Promise<string[]> {
  const body = lotBody(change);
  const headers = { 'idempotency-key': newId() };
  return until('the lot is made', async () => {
    const made = await village.as('stf_sfo_1').post<{ meals: string[] }>('/api/v1/lots', body, headers);
    return made.status === 201 && made.body.meals;
  });
}

const meal = async (id: string) => (await village.as('ops_sfo').get<Meal>(`/api/v1/meals/${id}`)).body;
const becomes = (id: string, status: string) =>
  until(`${id} is ${status}`, async () => {
    const seen = await meal(id);
    return seen.status === status && seen;
  });
const alerts = async () =>
  (await village.as('ops_sfo').get<{ alerts: number }>('/api/v1/fridges/fr_sfo_01')).body.alerts;

describe('a meal', () => {
  it('goes from the kitchen through a fridge to a customer, and S0-NFR-04 anybody sees it in the list within three seconds', async () => {
    const [id = ''] = await cook();
    expect((await meal(id)).status).toBe('PRODUCED');
    fridge.stock([id]);
    await becomes(id, 'STOCKED');
    fridge.sell(id, 'cus_sfo_001', 850);
    await fridge.drained();
    const acknowledged = Date.now();
    const seen = await until('it is in the list of sold meals', async () => {
      const { body } = await village
        .as('cus_sfo_001')
        .get<{ items: Meal[] }>('/api/v1/meals?status=SOLD&limit=10');
      return body.items.find((each) => each.id === id);
    });
    expect(Date.now() - acknowledged).toBeLessThan(3_000);
    expect(seen).toMatchObject({ price: { amount: 850, currency: 'USD' }, customer_id: 'cus_sfo_001' });
    const { body: history } = await village
      .as('ops_sfo')
      .get<{ items: { type: string }[] }>(`/api/v1/meals/${id}/history`);
    expect(history.items.map(({ type }) => type)).toEqual([
      'MealProduced',
      'MealShipped',
      'MealStocked',
      'MealSold',
    ]);
    const { body: other } = await village.as('cus_sfo_002').get<Meal>(`/api/v1/meals/${id}`);
    expect(other.customer_id, 'nobody else learns who bought it').toBeNull();
    await until('the fridge has sold it', async () => {
      const { body } = await village
        .as('ops_sfo')
        .get<{ items: { meals: number; amount: number }[] }>('/api/v1/fridges/fr_sfo_01/sales');
      return body.items[0]?.meals === 1 && body.items[0].amount === 850;
    });
  });

  it('B5 that was sold although it had expired is recorded, not charged, and alarmed', async () => {
    const before = await alerts();
    const expires = new Date(Date.now() + 1_200).toISOString();
    const [id = ''] = await cook({ expires_at: expires });
    fridge.stock([id]);
    await becomes(id, 'STOCKED');
    await until('it has expired', () => Date.now() > Date.parse(expires));
    fridge.sell(id, 'cus_sfo_001', 850);
    expect((await becomes(id, 'UNEXPLAINED')).price).toBeNull();
    await until('somebody is alarmed', async () => (await alerts()) === before + 1);
  });

  it('B5 nobody produced raises an alarm and stops nothing', async () => {
    const before = await alerts();
    fridge.stock(['no-such-meal']);
    const [id = ''] = await cook();
    fridge.stock([id]);
    await becomes(id, 'STOCKED');
    expect(await alerts()).toBe(before + 1);
  });

  it('B3 takes effect once though the fridge crashes and says it all again', async () => {
    const [first = '', second = ''] = await cook();
    fridge.disconnect();
    fridge.stock([first, second]);
    fridge.sell(first, 'cus_sfo_003', 850);
    fridge.crash();
    fridge.reconnect();
    await fridge.drained();
    await becomes(first, 'SOLD');
    await becomes(second, 'STOCKED');
    const { body } = await village
      .as('ops_sfo')
      .get<{ items: { type: string }[] }>(`/api/v1/meals/${first}/history`);
    expect(body.items.filter(({ type }) => type === 'MealSold')).toHaveLength(1);
  });
});

describe('B4 a command to a fridge', () => {
  it('reaches it though it was away, is obeyed once and then closed', async () => {
    fridge.disconnect();
    const { status, body } = await village
      .as('ops_sfo')
      .post<{ command_id: string }>('/api/v1/fridges/fr_sfo_01/commands', {
        kind: 'LOCK',
        reason: 'cleaning',
      });
    expect(status).toBe(201);
    fridge.reconnect();
    await until('it is locked', () => fridge.locked);
    await until('nothing is pending', async () => {
      const { body: view } = await village
        .as('ops_sfo')
        .get<{ pending_commands: unknown[] }>('/api/v1/fridges/fr_sfo_01');
      return view.pending_commands.length === 0;
    });
    const history = await village.meals.deps.store.history('fr_sfo_01');
    const confirmed = history.filter(
      ({ type, data }) =>
        type === 'FridgeCommandConfirmed' && 'commandId' in data && data.commandId === body.command_id,
    );
    expect(confirmed).toHaveLength(1);
  });
});
