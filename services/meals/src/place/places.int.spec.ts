import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { describe, expect, it } from 'vitest';
import { mealRef } from '../meal/meal.ts';
import { pick } from './pick.ts';
import {
  call,
  cook,
  get,
  happen,
  hour,
  meals,
  patient,
  place,
  post,
  servePlaces,
  sold,
  stocked,
  twin,
  typesOf,
  viewOf,
} from './spec/places.ts';
import { supplyRef } from './supply.ts';

servePlaces();

describe('PAR levels', () => {
  it('are set by operations, and refused where the fridge cannot hold them, without an event', async () => {
    const { fridge } = await place({ capacity: 3, par: 3 });
    const path = `/api/v1/fridges/${fridge}/par`;
    const put = async (levels: unknown, who = {}) => {
      const { status, body } = await call('PUT', path, { levels }, who);
      return `${status} ${body.code ?? ''}`;
    };
    const version = async () => (await meals.deps.store.history(`supply:${fridge}`)).length;
    expect(await put([{ sku: 'dal', par: 4 }])).toBe('422 par-over-capacity');
    expect(
      await put([
        { sku: 'dal', par: 1 },
        { sku: 'dal', par: 1 },
      ]),
    ).toBe('422 sku-twice');
    expect(await put([{ sku: 'dal', par: 1 }], { claims: { metro: 'nyc' } })).toBe('403 other-metro');
    expect(await put([{ sku: 'dal', par: 1 }], { roles: ['courier'] })).toMatch(/^403/);
    expect(await put([{ sku: 'dal', par: -1 }])).toMatch(/^400/);
    expect(await put([{ sku: 'dal', par: 3 }])).toBe('200 ');
    expect(await version()).toBe(1);
    expect((await call('PUT', '/api/v1/fridges/nowhere/par', { levels: [] })).body.code).toBe(
      'fridge-unknown',
    );
    expect((await get(path)).body).toMatchObject({ fridge_id: fridge, levels: [{ sku: 'dal', par: 3 }] });
  });
});

describe('a pick list', () => {
  it('S0-ACT-02 goes from the kitchen by a courier to a fridge, and everybody can see where its meals are', async () => {
    const { fridge, kitchen, courier } = await place({ par: 2 });
    const { ids: late } = await cook(kitchen, 2, 9 * hour);
    const { ids: soon, lot } = await cook(kitchen, 1);
    const wish = { kitchen_id: kitchen, courier_id: courier, fridge_ids: [fridge], route_id: `t-${courier}` };
    const headers = { 'idempotency-key': `list-${fridge}` };
    const made = await post('/api/v1/pick-lists', wish, { headers });
    expect(made).toMatchObject({ status: 201, body: { status: 'OPEN', courier_id: courier, short: [] } });
    expect(made.body.lines).toEqual([{ fridge_id: fridge, sku: 'dal', meals: [soon[0], late[0]] }]);
    expect(await post('/api/v1/pick-lists', wish, { headers })).toEqual(made);
    const list = `/api/v1/pick-lists/${made.body.id}`;
    expect((await get(list)).body).toEqual(made.body);
    expect(await viewOf(soon[0] ?? '')).toMatchObject({ location: { kind: 'KITCHEN', id: kitchen } });

    const other = { roles: ['courier'], claims: { courier_id: 'r-other' } };
    expect(await post(`${list}/ship`, {}, other)).toMatchObject({
      status: 409,
      body: { code: 'other-courier' },
    });
    const own = { roles: ['courier'], claims: { courier_id: courier } };
    const shipped = await post(`${list}/ship`, {}, own);
    expect(shipped).toMatchObject({ status: 200, body: { status: 'SHIPPED' } });
    expect(await viewOf(soon[0] ?? '')).toMatchObject({
      ...{ status: 'IN_TRANSIT', fridge_id: fridge, courier_id: courier, route_id: `t-${courier}` },
      location: { kind: 'IN_TRANSIT', id: courier },
    });
    expect(await typesOf(soon[0] ?? '')).toEqual(['MealProduced', 'MealPicked', 'MealShipped']);
    const load = await until(
      'the courier carries two',
      async () => {
        const { body } = await get(`/api/v1/couriers/${courier}/load`, own);
        return body.items.length === 2 && body.items;
      },
      patient,
    );
    expect(load[0]).toMatchObject({
      sku: 'dal',
      fridge_id: fridge,
      route_id: `t-${courier}`,
      status: 'IN_TRANSIT',
    });
    expect((await get('/api/v1/couriers/r-other/load', own)).body.code).toBe('other-courier');
    const first = await get(`/api/v1/couriers/${courier}/load?limit=1`);
    const next = await get(`/api/v1/couriers/${courier}/load?limit=1&cursor=${first.body.next_cursor}`);
    expect([...first.body.items, ...next.body.items]).toEqual(load);
    expect(next.body.next_cursor).toBeNull();

    await happen(soon[0] ?? '', stocked(soon[0] ?? '', lot, fridge));
    const find = async (kind: string, id: string) => {
      const { body } = await get(`/api/v1/locations?kind=${kind}&limit=200`);
      return body.items.find((each: { id: string }) => each.id === id);
    };
    const inFridge = await until(
      'the fridge has one',
      async () => {
        const found = await find('FRIDGE', fridge);
        return found?.meals === 1 && found;
      },
      patient,
    );
    expect(inFridge.products).toMatchObject([
      { sku: 'dal', meals: 1, first_expiry: expect.stringMatching(/Z$/) },
    ]);
    expect(await find('COURIER', courier)).toMatchObject({ meals: 1, ended: 0 });
    expect(await find('KITCHEN', kitchen)).toMatchObject({ meals: 1 });
    const paged: unknown[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await get(`/api/v1/locations?limit=2${cursor}`);
      paged.push(...body.items);
      if (body.next_cursor === null) break;
      cursor = `&cursor=${body.next_cursor}`;
    }
    expect(paged).toEqual((await get('/api/v1/locations?limit=200')).body.items);

    const again = await post('/api/v1/pick-lists', wish);
    expect(again).toMatchObject({ status: 409, body: { code: 'nothing-to-pick', short: [] } });
    expect(await post(`${list}/ship`, {}, own)).toMatchObject({
      status: 409,
      body: { code: 'pick-list-not-open' },
    });
  });

  it('E6 two at the same time, from two processes, never claim one meal', async () => {
    const { kitchen, fridge: one } = await place({ par: 6 });
    const { fridge: two } = await place({ par: 6 });
    const { ids } = await cook(kitchen, 9);
    const now = Date.now();
    const lists = await Promise.all(
      [meals.deps, twin.deps, meals.deps, twin.deps].map((deps, index) => {
        const pickListId = newId();
        const fridgeIds = index % 2 === 0 ? [one, two] : [two, one];
        const whose = { pickListId, kitchenId: kitchen, courierId: null, routeId: pickListId };
        const wish = { ...whose, metro: 'sfo', fridgeIds, goodUntil: now, now };
        return pick(deps, wish, { actor: `test-${index}`, now });
      }),
    );
    const made = lists.filter((each) => !each.refused);
    const refused = lists.flatMap((each) => (each.refused ? [each.code] : []));
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(refused)).toEqual(refused.length > 0 ? new Set(['nothing-to-pick']) : new Set());
    const claims = await Promise.all(
      ids.map(async (id) => {
        const events = await meals.deps.store.history(id);
        return events.filter(({ type }) => type === 'MealPicked').length;
      }),
    );
    expect(claims).toEqual(ids.map(() => 1));
    const states = await Promise.all(ids.map((id) => meals.deps.store.load(mealRef(id, 'sfo'))));
    for (const fridge of [one, two])
      expect(states.filter(({ state }) => state?.pick?.fridgeId === fridge).length).toBeLessThanOrEqual(6);
  });

  it('E6 two kitchens at the same time never fill one gap twice', async () => {
    const { kitchen: near, fridge } = await place({ par: 6 });
    const far = `${near}x`;
    await Promise.all([near, far].map((kitchen) => cook(kitchen, 8)));
    const now = Date.now();
    await Promise.all(
      [meals.deps, twin.deps].map((deps, index) => {
        const pickListId = newId();
        const kitchenId = index === 0 ? near : far;
        const whose = { pickListId, kitchenId, courierId: null, routeId: pickListId };
        const wish = { ...whose, metro: 'sfo', fridgeIds: [fridge], goodUntil: now, now };
        return pick(deps, wish, { actor: `test-${index}`, now });
      }),
    );
    const { state } = await meals.deps.store.load(supplyRef(fridge, 'sfo'));
    const claims = await meals.deps.pool.query(
      "select count(*)::int as claims from dabba.streams where type = 'meal' and state->'pick'->>'fridgeId' = $1",
      [fridge],
    );
    expect(claims.rows).toEqual([{ claims: 6 }]);
    expect(Object.keys(state.picks)).toHaveLength(6);
  });

  it('leaves whole or not at all: a meal that has moved on is named, and nothing happens', async () => {
    const { fridge, kitchen, courier } = await place({ par: 2 });
    const { ids } = await cook(kitchen, 3);
    const wish = { kitchen_id: kitchen, courier_id: courier, fridge_ids: [fridge] };
    const { body } = await post('/api/v1/pick-lists', wish);
    const [gone = '', left = ''] = body.lines[0].meals;
    await post(`/api/v1/meals/${gone}/withdraw`, { note: 'dropped' });
    const list = `/api/v1/pick-lists/${body.id}`;
    const before = await typesOf(left);
    expect(await post(`${list}/ship`, {})).toMatchObject({
      status: 409,
      body: { code: 'meals-moved-on', meals: [{ meal_id: gone, meal_status: 'WITHDRAWN' }] },
    });
    expect(await typesOf(left)).toEqual(before);
    expect((await get(list)).body.status).toBe('OPEN');
    expect(await post(`${list}/cancel`)).toMatchObject({ status: 200, body: { status: 'CANCELLED' } });
    // Lists trail by milliseconds, and what one did not see yet the next one does.
    const claimed: string[] = [];
    await until(
      'both others are free again',
      async () => {
        const next = await post('/api/v1/pick-lists', wish);
        if (next.status === 201) claimed.push(...next.body.lines[0].meals);
        return claimed.length === 2;
      },
      patient,
    );
    expect(claimed.sort()).toEqual(ids.filter((id) => id !== gone).sort());
    expect(await post(`${list}/cancel`)).toMatchObject({ status: 409, body: { code: 'pick-list-not-open' } });
  });

  it('is refused to whom it does not concern', async () => {
    const { fridge, kitchen } = await place({ par: 1 });
    const code = async (body: object, who = {}) => {
      const wish = { kitchen_id: kitchen, fridge_ids: [fridge], ...body };
      const answer = await post('/api/v1/pick-lists', wish, who);
      return `${answer.status} ${answer.body.code}`;
    };
    expect(await code({}, { roles: ['kitchen'], claims: { kitchen_id: 'k-other' } })).toBe(
      '403 other-kitchen',
    );
    expect(await code({}, { roles: ['courier'] })).toMatch(/^403/);
    expect(await code({ fridge_ids: ['nowhere'] })).toBe('422 fridge-unknown');
    expect(await code({}, { claims: { metro: 'nyc' } })).toBe('422 fridge-unknown');
    expect(await code({ fridge_ids: [] })).toMatch(/^400/);
    expect(await code({})).toBe('409 nothing-to-pick');
    expect((await get('/api/v1/pick-lists/none')).body.code).toBe('pick-list-unknown');
    expect((await get('/api/v1/locations', { roles: ['customer'] })).status).toBe(403);
  });
});

describe('the ledger by route', () => {
  it('balances by every key', async () => {
    const { fridge, kitchen, courier } = await place({ par: 3 });
    const { ids, lot } = await cook(kitchen, 5);
    const wish = { kitchen_id: kitchen, courier_id: courier, fridge_ids: [fridge], route_id: `t-${courier}` };
    const { body: list } = await post('/api/v1/pick-lists', wish);
    await post(`/api/v1/pick-lists/${list.id}/ship`, {});
    const [first = ''] = list.lines[0].meals;
    await happen(first, stocked(first, lot, fridge), sold(first, lot, fridge));
    const day = new Date(Date.now() - hour).toISOString().slice(0, 10);
    const route = await until(
      'the route is told',
      async () => {
        const { body } = await get(`/api/v1/ledger?day=${day}&by=route&limit=200`);
        const found = body.items.find(({ key }: { key: string | null }) => key === `t-${courier}`);
        return found?.sold === 1 && found;
      },
      patient,
    );
    expect(route).toMatchObject({ produced: 3, in_transit: 2, sold: 1 });
    const sums = await Promise.all(
      ['route', 'courier', 'fridge', 'lot', 'kitchen'].map(async (by) => {
        const { items } = (await get(`/api/v1/ledger?day=${day}&by=${by}&limit=200`)).body;
        for (const { key: _key, produced, ...places } of items) {
          const counts: number[] = Object.values(places);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(produced);
        }
        return items.reduce((sum: number, { produced }: { produced: number }) => sum + produced, 0);
      }),
    );
    expect(new Set(sums).size).toBe(1);
    expect(ids).toHaveLength(5);
  });
});
