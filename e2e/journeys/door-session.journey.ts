import { until } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fridge } from '../simulators/fridge/index.ts';
import type { SessionView, Started } from './support/doors.ts';
import { kitchenOf } from './support/kitchen.ts';
import { openVillage, type Village } from './support/village.ts';

let village: Village;
let kitchen: ReturnType<typeof kitchenOf>;
let fridge: Fridge;
beforeAll(async () => {
  village = await openVillage({ SESSION_LIMIT: '100' });
  kitchen = kitchenOf(village);
  fridge = village.fridge('fr_sfo_01');
  fridge.reconnect();
  fridge.heartbeat(4);
  await fridge.drained();
});
afterAll(async () => {
  fridge?.disconnect();
  await village?.close();
});

async function stocked(quantity: number): Promise<string[]> {
  const ids = await kitchen.cook({ quantity });
  fridge.stock(ids);
  await until('all are on the shelf', async () => {
    const { stock } = await kitchen.fridge('fr_sfo_01');
    return ids.every((id) => stock.some(({ meal_id }) => meal_id === id));
  });
  return ids;
}
const open = (login: string, query = '?wait=3') =>
  village.as(login).post<Started>(`/api/v1/fridges/fr_sfo_01/sessions${query}`, {});
const settled = (login: string, id: string) =>
  until(`session ${id} is settled`, async () => {
    const { body } = await village.as(login).get<SessionView>(`/api/v1/sessions/${id}`);
    return body.state === 'SETTLED' && body;
  });

describe('a door session', () => {
  it('S0-INV-05 sells what was taken at the prices that were shown', async () => {
    const [one = '', two = '', left = ''] = await stocked(3);
    fridge.onOpen(() => ({ taken: [one, two] }));
    const { status, body } = await open('cus_sfo_001');
    expect({ status, ...body }).toMatchObject({ status: 201 });
    expect(['OPEN', 'SETTLED']).toContain(body.state);
    const shown = new Map(body.prices.map(({ meal_id, price }) => [meal_id, price]));
    const session = await settled('cus_sfo_001', body.id);
    expect(session.basket.map(({ meal_id }) => meal_id).sort()).toEqual([one, two].sort());
    expect(session.timeline.map(({ type }) => type)).toEqual([
      'DoorSessionStarted',
      'DoorSessionOpened',
      'DoorSessionSettled',
    ]);
    for (const id of [one, two])
      expect(await kitchen.becomes(id, 'SOLD')).toMatchObject({
        customer_id: 'cus_sfo_001',
        price: shown.get(id),
      });
    expect(await kitchen.meal(left)).toMatchObject({ status: 'STOCKED' });
    const other = await village.as('cus_sfo_002').get(`/api/v1/sessions/${body.id}`);
    expect(other.status).toBe(404);
  });

  it('costs nothing where nothing was taken', async () => {
    fridge.onOpen(() => ({}));
    const { body } = await open('cus_sfo_002');
    expect((await settled('cus_sfo_002', body.id)).basket).toEqual([]);
  });

  it('S0-INV-06 is refused for good when the fridge does not answer, and never opens later', async () => {
    fridge.ignoring = true;
    const began = performance.now();
    const { status, body } = await open('cus_sfo_001', '?wait=1');
    expect(performance.now() - began).toBeLessThan(5_000);
    expect({ status, code: body.code }).toEqual({ status: 504, code: 'fridge-did-not-answer' });
    const command = await until('the OPEN came', () =>
      fridge.commands.findLast(({ kind }) => kind === 'OPEN'),
    );
    fridge.ignoring = false;
    fridge.onOpen(() => expect.fail('it must not open'));
    const { session_id = '' } = command;
    const { body: session } = await village
      .as('cus_sfo_001')
      .get<SessionView>(`/api/v1/sessions/${session_id}`);
    expect(session).toMatchObject({ state: 'FAILED', failure: 'NOT_OPENED' });
    fridge.disconnect();
    fridge.reconnect();
    await until('it is back', () => fridge.connected);
    fridge.onOpen(() => ({}));
    const { body: next } = await open('cus_sfo_001');
    await settled('cus_sfo_001', next.id);
  });

  it('B5 S0-INV-05 is paid by who was told no, and whose door had opened, when its fridge is heard again', async () => {
    const [mine = '', left = ''] = await stocked(2);
    fridge.onOpen(() => ({ taken: [mine] }));
    const before = fridge.commands.length;
    // The network goes in the moment between the word and the deed.
    fridge.slowBy = 300;
    const asked = open('cus_sfo_003', '?wait=2');
    const { session_id: id = '' } = await until(
      'the OPEN came',
      () => fridge.commands.slice(before).find(({ kind }) => kind === 'OPEN'),
      { within: 10_000, every: 10 },
    );
    fridge.disconnect();
    const { status, body } = await asked;
    expect({ status, ...body }).toMatchObject({ status: 504, code: 'fridge-did-not-answer', session_id: id });
    expect(fridge.inside.has(mine)).toBe(false);
    fridge.slowBy = 0;
    fridge.reconnect();
    const session = await settled('cus_sfo_003', id);
    expect(session).toMatchObject({ failure: null, basket: [{ meal_id: mine }] });
    expect(session.timeline.map(({ type }) => type)).toEqual([
      'DoorSessionStarted',
      'DoorSessionFailed',
      'DoorSessionOpened',
      'DoorSessionSettled',
    ]);
    expect(await kitchen.becomes(mine, 'SOLD')).toMatchObject({ customer_id: 'cus_sfo_003' });
    expect(await kitchen.meal(left)).toMatchObject({ status: 'STOCKED' });
  });

  it('never makes a buyer of the next customer when a meal vanishes between sessions', async () => {
    const [lost = ''] = await stocked(1);
    fridge.lose(lost);
    fridge.onOpen(() => ({}));
    const { body } = await open('cus_sfo_002');
    expect((await settled('cus_sfo_002', body.id)).basket).toEqual([]);
    expect(await kitchen.becomes(lost, 'UNEXPLAINED')).toMatchObject({ customer_id: null });
  });

  it('E6 sells M meals to N buyers exactly once each', async () => {
    const before = new Set(fridge.inside);
    const ids = await stocked(2);
    const wanted = ids.filter((id) => !before.has(id));
    const buyers = ['cus_sfo_001', 'cus_sfo_002', 'cus_sfo_003', 'cus_sfo_004'];
    fridge.onOpen(() => ({ taken: wanted.filter((id) => fridge.inside.has(id)).slice(0, 1) }));
    const baskets = await Promise.all(
      buyers.map(async (login) => {
        const { body } = await until(`${login} gets a door`, async () => {
          const answer = await open(login);
          return answer.status === 201 && answer;
        });
        return (await settled(login, body.id)).basket.map(({ meal_id }) => meal_id);
      }),
    );
    expect(baskets.flat().sort()).toEqual([...ids].sort());
    for (const id of ids) await kitchen.becomes(id, 'SOLD');
  });
});
