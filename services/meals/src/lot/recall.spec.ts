import { decider } from '@dabba/testing/decider';
import { describe, expect, it } from 'vitest';
import { type Meal, type MealEvent, type MealStatus, mealStatuses, mealStream } from '../meal/meal.ts';
import { isRecalled, type Lot, type LotEvent, lotStream } from './lot.ts';
import { recallLot, unended, withdrawRecalled } from './recall.ts';

const now = Date.UTC(2026, 10, 20, 12);
const hour = 3_600_000;
const created: LotEvent = {
  type: 'LotCreated',
  data: {
    lotId: 'l1',
    sku: 'dal',
    kitchenId: 'k1',
    quantity: 2,
    producedAt: now - hour,
    expiresAt: now + hour,
    allergens: ['milk'],
    mayContain: [],
    allergensKnown: true,
    mayContainKnown: true,
  },
};
const recalled: LotEvent = {
  type: 'LotRecalled',
  data: { lotId: 'l1', sku: 'dal', kitchenId: 'k1', reason: 'glass', recalledAt: now },
};
const lot = decider<Lot, LotEvent, string>(lotStream, (state, reason) =>
  recallLot(state, { lotId: 'l1', reason }, now),
);
const stateOf = (...events: LotEvent[]) => events.reduce(lotStream.evolve, lotStream.initial());

describe('recalling a lot', () => {
  it('is done once, and is no news a second time', () => {
    lot.given([created]).when('glass').then([recalled]);
    lot.given([created, recalled]).when('metal').thenNothing();
  });
  it('needs a lot', () => {
    lot.given([]).when('glass').thenRefused('lot-unknown');
  });
  it('forbids its sale from then on', () => {
    expect([stateOf(), stateOf(created), stateOf(created, recalled)].map(isRecalled)).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('a meal of a recalled lot', () => {
  const meal = (status: MealStatus): Meal => ({
    status,
    lotId: 'l1',
    sku: 'dal',
    kitchenId: 'k1',
    producedAt: now - hour,
    expiresAt: now + hour,
    fridgeId: 'f1',
    place: 'FRIDGE',
    courierId: null,
    routeId: null,
    pick: null,
    notCounted: false,
    customerId: status === 'RESERVED' ? 'c1' : null,
    price: null,
    currency: null,
    reservedUntil: null,
    since: now - hour,
  });
  const withdrawn: MealEvent = {
    type: 'MealWithdrawn',
    data: {
      mealId: 'm1',
      lotId: 'l1',
      sku: 'dal',
      fridgeId: 'f1',
      customerId: null,
      reason: 'RECALL',
      note: 'glass',
      withdrawnAt: now,
    },
  };

  it.each(mealStatuses)(
    'S0-STM-01 %s is withdrawn if it had not ended, and stays as it is if it had',
    (at) => {
      const events = withdrawRecalled('m1', meal(at), stateOf(created, recalled), now);
      expect(events).toEqual(unended.some((status) => status === at) ? [withdrawn] : []);
      const after = events.reduce(mealStream.evolve, meal(at));
      expect(withdrawRecalled('m1', after, stateOf(created, recalled), now)).toEqual([]);
    },
  );
  it('stays for sale while its lot is not recalled', () => {
    expect(withdrawRecalled('m1', meal('STOCKED'), stateOf(created), now)).toEqual([]);
    expect(withdrawRecalled('m1', null, stateOf(created, recalled), now)).toEqual([]);
  });
});
