import { decider } from '@dabba/testing/decider';
import { describe, expect, it } from 'vitest';
import { decideMeal, type MealCommand } from './decide.ts';
import { expiry, hour, lives, noon, produced, reserved, stocked, until } from './meal.samples.ts';
import { type Meal, type MealEvent, type MealStatus, mealStatuses, mealStream } from './meal.ts';

type Do = MealCommand['do'];
const meal = decider<Meal, MealEvent, MealCommand>(mealStream, decideMeal);
const now = noon + 30 * 60_000;
const about = { mealId: 'm1', now };
const nobodys = { mealId: 'm1', lotId: 'l1', sku: 'dal', fridgeId: 'f1', customerId: null };
const claim = { ...nobodys, customerId: 'c1' };

/** Each with what makes it possible where its status allows it. */
const commands = {
  ship: { ...about, do: 'ship', fridgeId: 'f1', courierId: 'r1', routeId: 't1' },
  reserve: { ...about, do: 'reserve', customerId: 'c1', until },
  release: { ...about, do: 'release', customerId: 'c1' },
  'time-out': { ...about, do: 'time-out', until, now: until },
  spoil: { ...about, do: 'spoil', note: 'dropped' },
  withdraw: { ...about, do: 'withdraw', note: 'miscounted' },
  return: { ...about, do: 'return', note: 'shop shut' },
  refund: { ...about, do: 'refund', reason: 'cold' },
  expire: { ...about, do: 'expire', now: expiry },
} as const satisfies { [D in Do]: MealCommand & { do: D } };
const order: readonly Do[] = [
  'ship',
  'reserve',
  'release',
  'time-out',
  'spoil',
  'withdraw',
  'return',
  'refund',
  'expire',
];

/** What a command does where it is allowed, and its refusal's code elsewhere. */
const outcomes: Record<Do, readonly [does: MealEvent['type'], refusedAs: string]> = {
  ship: ['MealShipped', 'meal-not-at-kitchen'],
  reserve: ['MealReserved', 'meal-not-stocked'],
  release: ['MealReservationReleased', 'meal-not-reserved'],
  'time-out': ['MealReservationReleased', 'meal-not-reserved'],
  spoil: ['MealSpoiled', 'meal-ended'],
  withdraw: ['MealWithdrawn', 'meal-ended'],
  return: ['MealReturned', 'meal-ended'],
  refund: ['MealRefunded', 'meal-not-sold'],
  expire: ['MealExpired', 'meal-ended'],
};

/** S0-STM-01, one column a command in the order above: yes, no, or = where it is so already. */
const machine: Record<MealStatus, string> = {
  //          ship reserve release time-out spoil withdraw return refund expire
  PRODUCED: '  yes  no      no      no       yes   yes      yes    no     yes',
  IN_TRANSIT: 'no   no      no      no       yes   yes      yes    no     yes',
  STOCKED: '   no   yes     no      no       yes   yes      yes    no     yes',
  RESERVED: '  no   =       yes     yes      yes   yes      yes    no     yes',
  SOLD: '      no   no      no      no       no    no       no     yes    no',
  REFUNDED: '  no   no      no      no       no    no       no     no     no',
  EXPIRED: '   no   no      no      no       no    no       no     no     no',
  SPOILED: '   no   no      no      no       no    no       no     no     no',
  WITHDRAWN: ' no   no      no      no       no    no       no     no     no',
  RETURNED: '  no   no      no      no       no    no       no     no     no',
  UNEXPLAINED: 'no  no      no      no       no    no       no     no     no',
};
const pairs = mealStatuses.flatMap((status) => {
  const cells = machine[status].trim().split(/\s+/);
  expect(cells).toHaveLength(order.length);
  return order.map((command, column) => ({ status, command, cell: cells[column] }));
});

describe('S0-STM-01 every command in every status', () => {
  it('leaves no pair out', () => {
    expect([...order].sort()).toEqual(Object.keys(commands).sort());
    expect(pairs).toHaveLength(mealStatuses.length * order.length);
  });
  it.each(pairs)('$status, $command: $cell', ({ status, command, cell }) => {
    const given = meal.given(lives[status]);
    expect(given.state?.status).toBe(status);
    const asked = given.when(commands[command]);
    const [does, refusedAs] = outcomes[command];
    if (cell === 'no') {
      asked.thenRefused(refusedAs);
      expect(asked.outcome).toMatchObject({ status: 409 });
    } else expect(asked.outcome).toMatchObject(cell === '=' ? [] : [{ type: does }]);
  });
  it.each(order)('no meal, %s: unknown', (command) => {
    meal.given([]).when(commands[command]).thenRefused('meal-unknown');
  });
});

describe('S0-INV-03 a step says who, where and when', () => {
  const then = (status: MealStatus, command: MealCommand, event: MealEvent) =>
    meal.given(lives[status]).when(command).then([event]);

  it('shipping: courier and destination', () => {
    const trip = { mealId: 'm1', courierId: 'r1', routeId: 't1', fridgeId: 'f1', customerId: null };
    const data = { ...trip, shippedAt: now, inferred: false };
    then('PRODUCED', commands.ship, { type: 'MealShipped', data });
  });
  it('reserving: customer and end', () => {
    const data = { ...claim, sessionId: null, until, reservedAt: now };
    then('STOCKED', commands.reserve, { type: 'MealReserved', data });
  });
  it('releasing: whose it was and why', () => {
    const type = 'MealReservationReleased';
    then('RESERVED', commands.release, { type, data: { ...claim, reason: 'CANCELLED', releasedAt: now } });
    then('RESERVED', commands['time-out'], {
      type,
      data: { ...claim, reason: 'TIMEOUT', releasedAt: until },
    });
  });
  it('ends: the reason, and nobody’s any more', () => {
    then('RESERVED', commands.spoil, {
      type: 'MealSpoiled',
      data: { ...nobodys, reason: 'DAMAGED', note: 'dropped', spoiledAt: now },
    });
    then('STOCKED', commands.withdraw, {
      type: 'MealWithdrawn',
      data: { ...nobodys, reason: 'CORRECTION', note: 'miscounted', withdrawnAt: now },
    });
    then('STOCKED', commands.return, {
      type: 'MealReturned',
      data: { ...nobodys, note: 'shop shut', returnedAt: now },
    });
  });
  it('refunding: the price as sold', () => {
    const sale = { ...claim, price: 850, currency: 'USD' };
    then('SOLD', commands.refund, {
      type: 'MealRefunded',
      data: { ...sale, reason: 'cold', refundedAt: now },
    });
  });
});

describe('S0-INV-04 a meal and its last instant', () => {
  it('is reserved and shipped until then, never after', () => {
    const last = { now: expiry - 1, until: expiry + hour };
    expect(meal.given(lives.STOCKED).when({ ...commands.reserve, ...last }).outcome).toMatchObject([
      { type: 'MealReserved', data: { until: expiry } },
    ]);
    const late = { now: expiry, until: expiry + hour };
    meal
      .given(lives.STOCKED)
      .when({ ...commands.reserve, ...late })
      .thenRefused('meal-expired');
    meal
      .given(lives.RESERVED)
      .when({ ...commands.reserve, ...late })
      .thenRefused('meal-expired');
    meal
      .given(lives.PRODUCED)
      .when({ ...commands.ship, now: expiry })
      .thenRefused('meal-expired');
  });
  it('expires then and not before', () => {
    meal
      .given(lives.STOCKED)
      .when({ ...commands.expire, now: expiry - 1 })
      .thenRefused('meal-not-expired');
    const expired = (expiredAt: number): MealEvent => ({
      type: 'MealExpired',
      data: { ...nobodys, expiredAt },
    });
    meal
      .given(lives.STOCKED)
      .when({ ...commands.expire, now: expiry + hour })
      .then([expired(expiry)]);
    const cameLate: MealEvent = {
      type: 'MealStocked',
      data: { ...nobodys, stockedAt: expiry + 1 },
    };
    meal
      .given([produced, cameLate])
      .when({ ...commands.expire, now: expiry + hour })
      .then([expired(expiry + 1)]);
  });
});

describe('S0-STM-01 a reservation', () => {
  const another = { ...commands.reserve, customerId: 'c2' };
  it('keeps others away, and only its customer or operations release it', () => {
    meal.given(lives.RESERVED).when(another).thenRefused('meal-reserved-by-another');
    meal
      .given(lives.RESERVED)
      .when({ ...commands.release, customerId: 'c2' })
      .thenRefused('meal-reserved-by-another');
    const { outcome } = meal.given(lives.RESERVED).when({ ...commands.release, customerId: null });
    expect(outcome).toMatchObject([{ type: 'MealReservationReleased', data: { customerId: 'c1' } }]);
  });
  it('that is over is no claim, however late its timer is', () => {
    const { outcome } = meal.given(lives.RESERVED).when({ ...another, now: until, until: until + hour });
    expect(outcome).toMatchObject([
      { type: 'MealReservationReleased', data: { customerId: 'c1', reason: 'TIMEOUT', releasedAt: until } },
      { type: 'MealReserved', data: { customerId: 'c2', until: until + hour, reservedAt: until } },
    ]);
  });
  it('that would be over already is refused', () => {
    meal
      .given(lives.STOCKED)
      .when({ ...commands.reserve, until: now })
      .thenRefused('reservation-in-the-past');
  });
  it('ends by its own timer only: neither early nor by one of a reservation before', () => {
    meal
      .given(lives.RESERVED)
      .when({ ...commands['time-out'], now: until - 1 })
      .thenRefused('reservation-not-over');
    meal
      .given([produced, stocked, reserved])
      .when({ ...commands['time-out'], until: until - 1 })
      .thenRefused('reservation-not-over');
  });
});
