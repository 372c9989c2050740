import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Meal, mealStream } from '../meal/meal.ts';
import { closed, expiresAt, noon, opened, sessionId, started, stockedMeal } from './session.samples.ts';
import { type Session, type SessionEvent, sessionStream } from './session.ts';
import { type Closing, settle } from './settle.ts';

const given = (...events: SessionEvent[]): Session =>
  events.reduce<Session>((state, event) => sessionStream.evolve(state, event), null);
const meals = (entries: Readonly<Record<string, Meal>>) => new Map(Object.entries(entries));
const closing = (change: Partial<Closing> = {}): Closing => ({
  sessionId,
  fridgeId: 'f1',
  door: '1',
  nonce: null,
  openedAt: null,
  taken: [],
  added: [],
  at: noon + 9_000,
  temperatureSafe: true,
  ...change,
});
const types = (outcome: ReturnType<typeof settle>) => ({
  session: outcome.session.map(({ type }) => type),
  meals: Object.fromEntries([...outcome.meals].map(([id, events]) => [id, events.map(({ type }) => type)])),
  alerts: outcome.alerts.map(({ data }) => data.alert),
});
const failed: SessionEvent = {
  type: 'DoorSessionFailed',
  data: { sessionId, fridgeId: 'f1', customerId: 'c1', reason: 'NOT_OPENED', failedAt: expiresAt },
};
const notClosed: SessionEvent = { ...failed, data: { ...failed.data, reason: 'NOT_CLOSED' } };

describe('a door that was shut', () => {
  const open = given(started(), opened);

  it('sells what was taken at the price that was shown, under its session and verdict', () => {
    const outcome = settle(open, meals({ m1: stockedMeal() }), closing({ taken: ['m1'] }));
    expect(outcome.meals.get('m1')).toMatchObject([
      {
        type: 'MealSold',
        data: { customerId: 'c1', price: 850, sessionId, verdict: { temperatureSafe: true } },
      },
    ]);
    expect(outcome.session).toMatchObject([
      {
        type: 'DoorSessionSettled',
        data: { basket: [{ mealId: 'm1', price: 850, currency: 'USD' }], unpriced: [] },
      },
    ]);
  });
  it('S0-INV-06 sells nothing to anybody of what went out when nobody asked: it vanished', () => {
    const nobody = closing({ sessionId: null, taken: ['m1'] });
    const outcome = settle(null, meals({ m1: stockedMeal() }), nobody);
    expect(outcome.meals.get('m1')).toMatchObject([
      { type: 'MealUnexplained', data: { reason: 'VANISHED', customerId: null } },
    ]);
    expect(types(outcome)).toMatchObject({ session: [], alerts: ['UNASKED_OPENING'] });
  });
  it('looks at what is told twice once', () => {
    const twice = settle(open, meals({ m1: stockedMeal() }), closing({ taken: ['m1', 'm1', 'm8', 'm8'] }));
    expect(types(twice).alerts).toEqual(['UNKNOWN_MEAL']);
    expect(twice.session).toMatchObject([{ data: { basket: [{ mealId: 'm1' }], unpriced: ['m8'] } }]);
  });
  it('S0-INV-05 keeps what was taken', () => {
    const taken = settle(open, meals({ m1: stockedMeal() }), closing({ taken: ['m1'] }));
    expect(open).toMatchObject({ status: 'OPEN', basket: [] });
    expect(given(started(), opened, ...taken.session)).toMatchObject({
      ...{ status: 'SETTLED', basket: [{ mealId: 'm1', price: 850, currency: 'USD' }] },
    });
  });
  it('settles an empty basket where nothing was taken', () => {
    expect(types(settle(open, meals({}), closing()))).toEqual({
      session: ['DoorSessionSettled'],
      meals: {},
      alerts: [],
    });
  });
  it('charges nobody for what had no price, expired, or stood in a fridge too warm', () => {
    const noPrice = settle(open, meals({ m9: stockedMeal() }), closing({ taken: ['m9'] }));
    expect(noPrice.meals.get('m9')).toMatchObject([
      { type: 'MealUnexplained', data: { reason: 'NO_PRICE' } },
    ]);
    expect(noPrice.session).toMatchObject([{ data: { basket: [], unpriced: ['m9'] } }]);
    const expired = settle(open, meals({ m1: stockedMeal({ expiresAt: noon }) }), closing({ taken: ['m1'] }));
    expect(expired.meals.get('m1')).toMatchObject([{ type: 'MealUnexplained', data: { reason: 'EXPIRED' } }]);
    const warm = closing({ taken: ['m1'], temperatureSafe: false });
    expect(types(settle(open, meals({ m1: stockedMeal() }), warm)).meals).toEqual({
      m1: ['MealUnexplained'],
    });
  });
  it('S0-INV-05 sells a reserved meal to whom it is kept for, and to nobody else', () => {
    const kept = (customerId: string) =>
      stockedMeal({ status: 'RESERVED', customerId, reservedUntil: noon + 600_000 });
    const own = settle(open, meals({ m1: kept('c1') }), closing({ taken: ['m1'] }));
    expect(own.meals.get('m1')).toMatchObject([{ type: 'MealSold', data: { customerId: 'c1', price: 850 } }]);
    const shownBefore = settle(open, meals({ m1: kept('c2') }), closing({ taken: ['m1'] }));
    const neverShown = settle(open, meals({ m9: kept('c2') }), closing({ taken: ['m9'] }));
    for (const [outcome, id] of [
      [shownBefore, 'm1'],
      [neverShown, 'm9'],
    ] as const) {
      expect(outcome.meals.get(id)).toMatchObject([
        { type: 'MealUnexplained', data: { reason: 'RESERVED' } },
      ]);
      expect(outcome.session).toMatchObject([{ data: { basket: [], unpriced: [id] } }]);
    }
  });
  it('S0-INV-04 is shut no earlier than it was asked for: a clock that is behind makes no food younger', () => {
    const old = stockedMeal({ expiresAt: noon - 1 });
    const outcome = settle(open, meals({ m1: old }), closing({ taken: ['m1'], at: noon - 3_600_000 }));
    expect(outcome.meals.get('m1')).toMatchObject([{ data: { reason: 'EXPIRED', observedAt: noon } }]);
  });
  it('stocks what was put in, and leaves alone what was taken and put back', () => {
    const added = settle(
      open,
      meals({ m3: stockedMeal({ status: 'IN_TRANSIT' }) }),
      closing({ added: ['m3'] }),
    );
    expect(types(added)).toMatchObject({ meals: { m3: ['MealStocked'] } });
    const back = settle(open, meals({ m1: stockedMeal() }), closing({ taken: ['m1'], added: ['m1'] }));
    expect(types(back).meals).toEqual({});
  });
  it('B5 settles late what was given up only because nobody heard of it, and infers an opening nobody told of', () => {
    const late = settle(
      given(started(), opened, notClosed),
      meals({ m1: stockedMeal() }),
      closing({ taken: ['m1'] }),
    );
    expect(types(late)).toMatchObject({ session: ['DoorSessionSettled'], meals: { m1: ['MealSold'] } });
    expect(types(settle(given(started()), meals({}), closing())).session).toEqual([
      'DoorSessionOpened',
      'DoorSessionSettled',
    ]);
  });
  it('B5 settles what was given up before its opening was told, in whichever order the fridge is heard', () => {
    const shelf = () => meals({ m1: stockedMeal() });
    const proof = { nonce: 'n1', openedAt: noon + 800 };
    const toldOpen = settle(given(started(), failed, opened), shelf(), closing({ taken: ['m1'] }));
    expect(types(toldOpen)).toEqual({
      session: ['DoorSessionSettled'],
      meals: { m1: ['MealSold'] },
      alerts: [],
    });
    const overtaken = settle(given(started(), failed), shelf(), closing({ taken: ['m1'], ...proof }));
    expect(overtaken.meals.get('m1')).toMatchObject([{ data: { customerId: 'c1', price: 850, sessionId } }]);
    expect(overtaken.session).toMatchObject([
      { type: 'DoorSessionOpened', data: { openedAt: proof.openedAt } },
      { type: 'DoorSessionSettled', data: { basket: [{ mealId: 'm1' }] } },
    ]);
  });
  it('B5 is nobody’s purchase where nobody asked, where the session had failed, or was of another fridge', () => {
    const taken = meals({ m1: stockedMeal() });
    for (const [session, change] of [
      [null, { sessionId: null }],
      [null, {}],
      [given(started(), failed), {}],
      [given(started(), failed), { nonce: 'n1' }],
      [given(started(), failed), { nonce: 'n0', openedAt: noon + 800 }],
      [given(started(), failed), { nonce: 'n1', openedAt: expiresAt }],
      [given(started(), failed), { nonce: 'n1', openedAt: noon - 60_000 }],
      [given(started(), failed), { nonce: 'n1', openedAt: noon + 800, fridgeId: 'f2' }],
      [given(started(), opened), { fridgeId: 'f2' }],
    ] as const) {
      const outcome = settle(session, taken, closing({ taken: ['m1'], ...change }));
      expect(types(outcome)).toMatchObject({ session: [], alerts: ['UNASKED_OPENING'] });
      expect(JSON.stringify([...outcome.meals])).not.toContain('c1');
    }
  });
  it('says of a tag nobody produced that it is unknown', () => {
    expect(types(settle(open, meals({}), closing({ taken: ['x'] })))).toMatchObject({
      meals: {},
      alerts: ['UNKNOWN_MEAL'],
    });
  });
  it('B5 the same closing told again changes nothing', () => {
    const again = settle(
      given(started(), opened, closed),
      meals({ m1: stockedMeal() }),
      closing({ taken: ['m1'] }),
    );
    expect(types(again)).toEqual({ session: [], meals: {}, alerts: [] });
  });
  it('is the end of a restock where staff put something in', () => {
    const trip = meals({ m3: stockedMeal({ status: 'IN_TRANSIT' }) });
    const added = closing({ added: ['m3', 'x'] });
    expect(settle(given(started(null), opened), trip, added).filled).toEqual(['m3']);
    expect(settle(open, trip, added).filled).toEqual([]);
    expect(settle(null, trip, closing({ sessionId: null, added: ['m3'] })).filled).toEqual([]);
  });
  it('staff return what they take, and buy nothing', () => {
    const outcome = settle(
      given(started(null), opened),
      meals({ m1: stockedMeal() }),
      closing({ taken: ['m1'] }),
    );
    expect(types(outcome).meals).toEqual({ m1: ['MealReturned'] });
    expect(outcome.session).toMatchObject([{ data: { customerId: null, basket: [], unpriced: ['m1'] } }]);
  });
});

describe('whatever doors say', () => {
  const tags = fc.uniqueArray(fc.constantFrom('m1', 'm2', 'm3'), { maxLength: 3 });
  const script = fc.array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', null),
      taken: tags,
      added: tags,
      ms: fc.integer({ min: 0, max: 1e7 }),
    }),
    { maxLength: 12 },
  );
  it('S0-INV-05 a meal is in at most one settled basket, and every basket line is a sale', () => {
    fc.assert(
      fc.property(script, (closings) => {
        const shelf = meals({ m1: stockedMeal(), m2: stockedMeal(), m3: stockedMeal() });
        const sessions = new Map<string, Session>(
          ['a', 'b', 'c'].map((id) => [id, given(started(`c-${id}`, ['m1', 'm2', 'm3']), opened)]),
        );
        const baskets: string[] = [];
        const sold: string[] = [];
        for (const { id, taken, added, ms } of closings) {
          const session = id === null ? null : (sessions.get(id) ?? null);
          const outcome = settle(session, shelf, closing({ sessionId: id, taken, added, at: noon + ms }));
          for (const [meal, events] of outcome.meals)
            for (const event of events) {
              shelf.set(meal, mealStream.evolve(shelf.get(meal) ?? null, event));
              if (event.type === 'MealSold') sold.push(meal);
            }
          for (const event of outcome.session) {
            if (id !== null) sessions.set(id, sessionStream.evolve(sessions.get(id) ?? null, event));
            if (event.type === 'DoorSessionSettled')
              baskets.push(...event.data.basket.map(({ mealId }) => mealId));
          }
        }
        expect(new Set(baskets).size).toBe(baskets.length);
        expect(baskets.toSorted()).toEqual(sold.toSorted());
      }),
    );
  });
});
