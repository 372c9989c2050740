import { until } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lotRef } from '../lot/lot.ts';
import { doorsOf } from '../spec/doors.ts';
import { minute, patient, World } from '../spec/world.ts';
import { recallLotTask } from '../tasks/recall-lot.ts';
import { customerDoorsRef } from './customer-doors.ts';
import { openAtMost } from './decide.ts';
import { sessionRef } from './session.ts';

let world: World;
let doors: ReturnType<typeof doorsOf>;
beforeAll(async () => {
  world = await World.open('doors', { SESSION_LIMIT: '100' });
  doors = doorsOf(world);
});
afterAll(() => world?.close());

const aCustomer = () => `cus_${crypto.randomUUID()}`;

describe('a reserved meal', () => {
  it('S0-INV-05 has a price for whom it is kept for, and is sold to nobody else', async () => {
    const { meals } = await world.lot(3);
    const fridge = await world.fridge(meals);
    const customer = aCustomer();
    const [mine = '', theirs = '', free = ''] = meals;
    const keep = (id: string, whom: string) =>
      world.call('POST', `/api/v1/meals/${id}/reserve`, { minutes: 30 }, world.buyer(whom));
    expect((await keep(mine, customer)).status).toBe(200);
    expect((await keep(theirs, aCustomer())).status).toBe(200);
    const { body } = await doors.open(fridge, customer);
    expect(body.prices.map(({ meal_id }: { meal_id: string }) => meal_id).sort()).toEqual(
      [mine, free].sort(),
    );
    await doors.opens(fridge, body.id);
    await doors.closes(fridge, body.id, { taken: [mine, theirs] });
    const settled = await doors.reaches(body.id, 'SETTLED');
    expect(settled.basket).toMatchObject([{ meal_id: mine, price: { currency: 'USD' } }]);
    expect(await doors.becomes(mine, 'SOLD')).toMatchObject({ customer_id: customer });
    expect(await doors.becomes(theirs, 'UNEXPLAINED')).toMatchObject({ price: null });
    await doors.raised(fridge, 'UNSAFE_SALE');
  });
});

describe('a door and what happens in the same moment', () => {
  it('S0-INV-04 a recall comes before a session or after it, never between its check and its start', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, meals } = await world.lot(1);
      const fridge = await world.fridge(meals);
      const [answer, recall] = await Promise.all([
        doors.open(fridge, aCustomer()),
        world.call('POST', `/api/v1/lots/${id}/recall`, { reason: 'glass' }),
      ]);
      expect(recall.status).toBeLessThan(300);
      const [, recalled] = await world.meals.deps.store.history(id);
      expect(recalled?.type).toBe('LotRecalled');
      if (answer.status === 201) {
        const [begun] = await world.meals.deps.store.history(answer.body.id);
        expect(begun?.meta.position).toBeLessThan(recalled?.meta.position ?? 0);
      } else expect(answer.body.code).toBe('fridge-unsafe');
      // From then on at once, whatever lists still say.
      expect((await doors.open(fridge, aCustomer(), '2')).body.code).toBe('fridge-unsafe');
    }
  });

  it('S0-INV-04 stays shut from the moment a recall is committed, nothing being withdrawn yet; B5 who had one by then is listed', async () => {
    const { id, meals } = await world.lot(3);
    const [taken = '', late = '', left = ''] = meals;
    const fridge = await world.fridge(meals);
    const [customer, next] = [aCustomer(), aCustomer()];
    const first = await doors.open(fridge, customer);
    const second = await doors.open(fridge, next, '2');
    await doors.opens(fridge, first.body.id);
    await doors.opens(fridge, second.body.id);
    // Committed without its task: no meal will be withdrawn before this test says so.
    const { store } = world.meals.deps;
    const about = { lotId: id, sku: 'dal', kitchenId: 'kit_sfo_1', reason: 'glass' };
    const recalled = { type: 'LotRecalled', data: { ...about, recalledAt: doors.now() } } as const;
    await store.execute(lotRef(id, 'sfo'), () => [recalled], { actor: 'test', now: doors.now() });
    expect((await doors.meal(left)).status).toBe('STOCKED');
    for (const door of ['3', '4'])
      expect(await doors.open(fridge, aCustomer(), door)).toMatchObject({
        status: 409,
        body: { code: 'fridge-unsafe' },
      });
    await doors.closes(fridge, first.body.id, { taken: [taken] });
    expect(await doors.becomes(taken, 'SOLD')).toMatchObject({ customer_id: customer });
    const run = { idempotencyKey: 'k', attempt: 1, enqueuedAt: 0, signal: new AbortController().signal };
    await recallLotTask(world.meals.deps).run({ lotId: id, metro: 'sfo' }, run);
    expect((await doors.meal(taken)).status).toBe('SOLD');
    // Taken once it was withdrawn it is not charged for; who has it has to be told all the same.
    await doors.closes(fridge, second.body.id, { taken: [late] });
    expect(await doors.becomes(late, 'UNEXPLAINED')).toMatchObject({ price: null });
    const { customers } = await until(
      'both are listed',
      async () => {
        const { body } = await world.get(`/api/v1/lots/${id}/recall`);
        return body.customers.length === 2 && body;
      },
      patient,
    );
    expect(customers.map(({ customer_id }: { customer_id: string }) => customer_id).sort()).toEqual(
      [customer, next].sort(),
    );
  });

  it('S0-INV-04 a meal that expires before the unlock does keeps the door shut', async () => {
    const expires = doors.now() + 600_000;
    const { meals } = await world.lot(1, { expires_at: new Date(expires).toISOString() });
    const fridge = await world.fridge(meals);
    world.clock.ahead = expires - doors.now() - 2_000;
    await world.beat(fridge, doors.now(), 4);
    await until(
      'it is heard',
      async () => (await world.get(`/api/v1/fridges/${fridge}`)).body.online === true,
      patient,
    );
    const answer = await doors.open(fridge, aCustomer());
    world.clock.ahead = 0;
    expect(answer).toMatchObject({ status: 409, body: { code: 'fridge-unsafe' } });
  });

  it('S0-INV-04 what expired while the door stood open is sold to nobody', async () => {
    const { meals } = await world.lot(1);
    const [id = ''] = meals;
    const fridge = await world.fridge(meals);
    const { body } = await doors.open(fridge, aCustomer());
    await doors.opens(fridge, body.id);
    await doors.closes(fridge, body.id, { taken: [id], at: doors.now() + 601 * minute });
    expect((await doors.reaches(body.id, 'SETTLED')).basket).toEqual([]);
    expect(await doors.becomes(id, 'UNEXPLAINED')).toMatchObject({ price: null });
  });

  it('S0-INV-04 a spoiled meal keeps it shut until staff took it out', async () => {
    const { meals } = await world.lot(2);
    const [bad = '', good = ''] = meals;
    const fridge = await world.fridge(meals);
    expect((await world.call('POST', `/api/v1/meals/${bad}/spoil`, { note: 'torn' })).status).toBe(200);
    expect((await doors.open(fridge, aCustomer())).body.code).toBe('fridge-unsafe');
    await until(
      'it is named',
      async () => (await world.get(`/api/v1/fridges/${fridge}`)).body.unsafe[0] === bad,
    );
    const staff = await doors.open(fridge, null);
    expect(staff.status).toBe(201);
    await doors.opens(fridge, staff.body.id);
    await doors.closes(fridge, staff.body.id, { taken: [bad] });
    await doors.reaches(staff.body.id, 'SETTLED');
    expect((await doors.meal(bad)).status).toBe('SPOILED');
    const history = (await world.get(`/api/v1/meals/${bad}/history`)).body.items;
    expect(history.at(-1).type).toBe('MealRemoved');
    const { body } = await until(
      'it sells again',
      async () => {
        const answer = await doors.open(fridge, aCustomer(), '2');
        return answer.status === 201 && answer;
      },
      patient,
    );
    expect(body.prices).toMatchObject([{ meal_id: good }]);
  });
});

describe('a door that nobody tells of', () => {
  it('S0-INV-06 that never opens fails by the task', async () => {
    const { meals } = await world.lot(1);
    const fridge = await world.fridge(meals);
    const { body } = await doors.open(fridge, aCustomer());
    expect((await doors.open(fridge, aCustomer())).body.code).toBe('door-in-use');
    expect(await doors.reaches(body.id, 'FAILED')).toMatchObject({ failure: 'NOT_OPENED' });
    expect((await doors.open(fridge, aCustomer())).status).toBe(201);
  });

  it('that is not shut is given up with an alarm, and B5 settled when that is told late', async () => {
    const { meals } = await world.lot(2);
    const [taken = ''] = meals;
    const customer = aCustomer();
    const fridge = await world.fridge(meals);
    const { body } = await doors.open(fridge, customer);
    // By the clock of its fridge it has been open for almost as long as a door may be.
    await doors.opens(fridge, body.id, doors.now() - openAtMost);
    expect(await doors.reaches(body.id, 'FAILED')).toMatchObject({ failure: 'NOT_CLOSED' });
    await doors.raised(fridge, 'DOOR_LEFT_OPEN');
    expect((await doors.open(fridge, aCustomer())).status).toBe(201);
    await doors.closes(fridge, body.id, { taken: [taken] });
    expect((await doors.reaches(body.id, 'SETTLED')).basket).toMatchObject([{ meal_id: taken }]);
    expect(await doors.becomes(taken, 'SOLD')).toMatchObject({ customer_id: customer });
    const sale = (await world.meals.deps.store.history(taken)).at(-1);
    expect(sale).toMatchObject({
      type: 'MealSold',
      data: { sessionId: body.id, verdict: { offline: false, temperatureSafe: true, policy: null } },
    });
    expect((await doors.alarms(fridge)).filter((alarm) => alarm === 'DOOR_LEFT_OPEN')).toHaveLength(1);
  });
});

describe('a door that was asked for twice under one key', () => {
  it('E7 is answered as at first, though its session was given up in between', async () => {
    const { meals } = await world.lot(1);
    const fridge = await world.fridge(meals);
    const caller = { ...world.buyer(aCustomer()), headers: { 'idempotency-key': crypto.randomUUID() } };
    const ask = () => world.call('POST', `/api/v1/fridges/${fridge}/sessions`, {}, caller);
    const first = await ask();
    expect(first).toMatchObject({ status: 201, body: { state: 'OPENING' } });
    await doors.reaches(first.body.id, 'FAILED');
    expect(await ask()).toEqual(first);
  });
});

describe('a door that was given up, and had opened', () => {
  /** Asked for by a customer, who was told no. */
  async function givenUp(customer = aCustomer()) {
    const { meals } = await world.lot(2);
    const fridge = await world.fridge(meals);
    const path = `/api/v1/fridges/${fridge}/sessions?wait=1`;
    const answer = await world.call('POST', path, {}, world.buyer(customer));
    expect(answer).toMatchObject({ status: 504, body: { code: 'fridge-did-not-answer' } });
    const { counted } = (await world.meals.deps.store.load(customerDoorsRef(customer, 'sfo'))).state;
    const id = counted[0]?.sessionId ?? expect.fail('it was never asked for');
    await doors.reaches(id, 'FAILED');
    const { state } = await world.meals.deps.store.load(sessionRef(id, 'sfo'));
    const { startedAt: asked = 0, expiresAt = 0, nonce = '' } = state ?? {};
    return { fridge, customer, meals, asked, expiresAt, nonce, id };
  }

  it('B5 S0-INV-05 is settled when its fridge tells of it, though others had the door since', async () => {
    const { fridge, customer, meals, asked, id } = await givenUp();
    const [mine = '', theirs = ''] = meals;
    const next = aCustomer();
    const { body } = await doors.open(fridge, next);
    await doors.opens(fridge, body.id);
    await doors.closes(fridge, body.id, { taken: [theirs] });
    await doors.reaches(body.id, 'SETTLED');
    await doors.opens(fridge, id, asked + 200);
    await doors.closes(fridge, id, { taken: [mine], at: asked + 5_000 });
    const settled = await doors.reaches(id, 'SETTLED');
    expect(settled).toMatchObject({ failure: null, basket: [{ meal_id: mine }] });
    expect(await doors.becomes(mine, 'SOLD')).toMatchObject({ customer_id: customer });
    expect(await doors.becomes(theirs, 'SOLD')).toMatchObject({ customer_id: next });
    // The same told once more, in a new boot's words, is no news.
    await doors.opens(fridge, id, asked + 200);
    await doors.closes(fridge, id, { taken: [mine], at: asked + 5_000 });
    const { meals: after } = await world.lot(1);
    await world.say('FridgeMealStocked', fridge, doors.now(), (known) => ({
      ...known,
      mealId: after[0] ?? '',
    }));
    await doors.becomes(after[0] ?? '', 'STOCKED');
    const types = (await world.meals.deps.store.history(id)).map(({ type }) => type);
    expect(types).toEqual([
      'DoorSessionStarted',
      'DoorSessionFailed',
      'DoorSessionOpened',
      'DoorSessionSettled',
    ]);
    expect(await doors.alarms(fridge)).toEqual([]);
  });

  it('B3 S0-INV-05 is settled by its closing alone, where the word of its opening comes after that', async () => {
    const { fridge, customer, meals, asked, nonce, id } = await givenUp();
    const [mine = ''] = meals;
    const openedAt = asked + 200;
    await doors.closes(fridge, id, { taken: [mine], at: asked + 5_000, nonce, openedAt });
    expect(await doors.becomes(mine, 'SOLD')).toMatchObject({ customer_id: customer });
    await doors.opens(fridge, id, openedAt);
    const { body } = await doors.open(fridge, aCustomer());
    await doors.opens(fridge, body.id);
    await doors.closes(fridge, body.id);
    await doors.reaches(body.id, 'SETTLED');
    expect(await doors.alarms(fridge)).toEqual([]);
  });

  it('S0-INV-05 is nobody’s where nothing proves that it opened in time', async () => {
    const { fridge, meals, asked, expiresAt, id } = await givenUp();
    const [gone = ''] = meals;
    await doors.opens(fridge, id, expiresAt);
    await doors.opens(fridge, id, asked + 200, { nonce: 'of-another' });
    await doors.closes(fridge, id, { taken: [gone], at: asked + 15_000 });
    expect(await doors.becomes(gone, 'UNEXPLAINED')).toMatchObject({ customer_id: null, price: null });
    await doors.raised(fridge, 'UNASKED_OPENING');
    expect((await doors.reaches(id, 'FAILED')).basket).toEqual([]);
  });

  it('counts among the doors of its customer', async () => {
    const { fridge, customer, meals, asked, id } = await givenUp();
    await doors.opens(fridge, id, asked + 200);
    await doors.closes(fridge, id, { taken: meals, at: asked + 5_000 });
    await doors.reaches(id, 'SETTLED');
    const { state } = await world.meals.deps.store.load(customerDoorsRef(customer, 'sfo'));
    expect(state.counted).toHaveLength(1);
  });
});

describe('a lock by a person', () => {
  it('shuts it for customers until it is cleared, food inside or not', async () => {
    const { meals } = await world.lot(1);
    const fridge = await world.fridge(meals);
    const lock = (roles: string[]) =>
      world.call('POST', `/api/v1/fridges/${fridge}/lock`, { reason: 'broken glass' }, { roles });
    expect((await lock(['courier'])).status).toBe(403);
    expect((await lock(['operations'])).status).toBe(204);
    expect((await world.get(`/api/v1/fridges/${fridge}`)).body).toMatchObject({ locked: 'STAFF' });
    expect((await doors.open(fridge, aCustomer())).body).toMatchObject({
      code: 'fridge-locked',
      reason: 'STAFF',
    });
    await until('the fleet knows', async () => {
      const { body } = await world.get('/api/v1/fridges?locked=true');
      return body.items.some(({ id }: { id: string }) => id === fridge);
    });
    expect((await doors.open(fridge, null, '2')).status).toBe(201);
    expect(
      (await world.call('POST', `/api/v1/fridges/${fridge}/clear`, {}, { roles: ['courier'] })).status,
    ).toBe(204);
    expect((await doors.open(fridge, aCustomer())).status).toBe(201);
    const none = await world.call('POST', '/api/v1/fridges/none/lock', { reason: 'x' });
    expect(none).toMatchObject({ status: 404, body: { code: 'fridge-unknown' } });
  });
});

describe('more meals than fit', () => {
  it('are stocked all the same, and raise one alarm', async () => {
    const { meals } = await world.lot(3);
    const fridge = await world.fridge([], 2);
    const { body } = await doors.open(fridge, null);
    await doors.opens(fridge, body.id);
    await doors.closes(fridge, body.id, { added: meals });
    for (const id of meals) await doors.becomes(id, 'STOCKED');
    await doors.raised(fridge, 'OVER_CAPACITY');
  });
});
