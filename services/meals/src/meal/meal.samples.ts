import type { MealEvent, MealStatus } from './meal.ts';

/** One meal at every point of its life, for tests. Times: UTC milliseconds. */
export const hour = 3_600_000;
export const noon = Date.UTC(2026, 10, 20, 12);
export const expiry = noon + 8 * hour;
export const until = noon + hour;

const meal = { mealId: 'm1', lotId: 'l1', sku: 'dal', fridgeId: 'f1' };
const nobodys = { ...meal, customerId: null };
const sale = { ...meal, customerId: 'c1', price: 850, currency: 'USD' };
const times = { producedAt: noon - 4 * hour, expiresAt: expiry };

export const produced: MealEvent = {
  type: 'MealProduced',
  data: { mealId: 'm1', lotId: 'l1', sku: 'dal', kitchenId: 'k1', customerId: null, ...times },
};
export const shipped: MealEvent = {
  type: 'MealShipped',
  data: {
    mealId: 'm1',
    courierId: 'r1',
    fridgeId: 'f1',
    customerId: null,
    shippedAt: noon - 2 * hour,
    inferred: false,
    routeId: null,
  },
};
export const stocked: MealEvent = { type: 'MealStocked', data: { ...nobodys, stockedAt: noon - hour } };
export const reserved: MealEvent = {
  type: 'MealReserved',
  data: { ...meal, customerId: 'c1', sessionId: null, until, reservedAt: noon },
};
const sold: MealEvent = {
  type: 'MealSold',
  data: { ...sale, soldAt: noon, sessionId: null, verdict: null },
};
const refunded: MealEvent = { type: 'MealRefunded', data: { ...sale, reason: 'cold', refundedAt: noon } };

const inFridge = [produced, shipped, stocked];

/** Status → how a meal came there. */
export const lives: Readonly<Record<MealStatus, readonly MealEvent[]>> = {
  PRODUCED: [produced],
  IN_TRANSIT: [produced, shipped],
  STOCKED: inFridge,
  RESERVED: [...inFridge, reserved],
  SOLD: [...inFridge, sold],
  REFUNDED: [...inFridge, sold, refunded],
  EXPIRED: [...inFridge, { type: 'MealExpired', data: { ...nobodys, expiredAt: noon } }],
  SPOILED: [
    ...inFridge,
    { type: 'MealSpoiled', data: { ...nobodys, reason: 'EXCURSION', note: '', spoiledAt: noon } },
  ],
  WITHDRAWN: [
    ...inFridge,
    { type: 'MealWithdrawn', data: { ...nobodys, reason: 'RECALL', note: '', withdrawnAt: noon } },
  ],
  RETURNED: [...inFridge, { type: 'MealReturned', data: { ...nobodys, note: '', returnedAt: noon } }],
  UNEXPLAINED: [
    ...inFridge,
    { type: 'MealUnexplained', data: { ...nobodys, reason: 'VANISHED', observedAt: noon } },
  ],
};
