import type { Meal } from '../meal/meal.ts';
import type { SessionEvent } from './session.ts';

/** What the specs of this folder share. */
export const noon = Date.UTC(2026, 10, 20, 12);
export const sessionId = 's1';
export const expiresAt = noon + 10_000;
const price = (mealId: string) => ({ mealId, sku: 'dal', price: 850, currency: 'USD' });

export const started = (
  customerId: string | null = 'c1',
  shown: readonly string[] = ['m1', 'm2'],
): SessionEvent => ({
  type: 'DoorSessionStarted',
  data: {
    sessionId,
    fridgeId: 'f1',
    door: '1',
    kind: customerId === null ? 'STAFF' : 'CUSTOMER',
    customerId,
    commandId: 'o1',
    nonce: 'n1',
    prices: shown.map(price),
    startedAt: noon,
    expiresAt,
  },
});
export const opened: SessionEvent = {
  type: 'DoorSessionOpened',
  data: { sessionId, fridgeId: 'f1', openedAt: noon + 800 },
};
export const closed: SessionEvent = {
  type: 'DoorSessionSettled',
  data: {
    sessionId,
    fridgeId: 'f1',
    customerId: 'c1',
    basket: [],
    unpriced: [],
    added: [],
    closedAt: noon + 9_000,
    settledAt: noon + 9_000,
  },
};

export const stockedMeal = (change: Partial<NonNullable<Meal>> = {}): NonNullable<Meal> => ({
  status: 'STOCKED',
  lotId: 'l1',
  sku: 'dal',
  kitchenId: 'k1',
  producedAt: noon - 7_200_000,
  expiresAt: noon + 7_200_000,
  fridgeId: 'f1',
  place: 'FRIDGE',
  courierId: null,
  routeId: null,
  pick: null,
  notCounted: false,
  customerId: null,
  price: null,
  currency: null,
  reservedUntil: null,
  since: noon - 3_600_000,
  ...change,
});
