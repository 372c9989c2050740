import type { StockEvent } from './stock.ts';

export const now = Date.UTC(2026, 10, 20, 12);
export const known = { outletId: 'sto_1', stockItemId: 'naan' };
const theirs = { ...known, vendorId: 'vnd_1' };

export const counted = (
  units: number,
  expected = 0,
  reason = 'first count',
  available = units,
): StockEvent => ({
  type: 'StockCounted',
  data: { ...theirs, counted: units, expected, reason, available, countedAt: now },
});
export const held = (orderId: string, quantity: number, available: number): StockEvent => ({
  type: 'StockHeld',
  data: { ...known, orderId, quantity, available, heldAt: now },
});
export const freed = (orderId: string, quantity: number, available: number): StockEvent => ({
  type: 'StockFreed',
  data: { ...known, orderId, quantity, available, freedAt: now },
});
export const taken = (orderId: string, quantity: number, available: number): StockEvent => ({
  type: 'StockTaken',
  data: { ...known, orderId, quantity, available, takenAt: now },
});
export const returned = (orderId: string, quantity: number, available: number): StockEvent => ({
  type: 'StockReturned',
  data: { ...known, orderId, quantity, available, returnedAt: now },
});
export const used = (orderId: string, quantity: number): StockEvent => ({
  type: 'StockUsed',
  data: { ...known, orderId, quantity, usedAt: now },
});
export const short = (orderId: string, quantity: number): StockEvent => ({
  type: 'StockShort',
  data: { ...known, orderId, quantity, shortAt: now },
});
export const restocked = (quantity: number, available: number): StockEvent => ({
  type: 'StockRestocked',
  data: { ...known, quantity, available, reference: null, restockedAt: now },
});
export const wasted = (quantity: number, available: number): StockEvent => ({
  type: 'StockWasted',
  data: { ...known, quantity, available, reason: 'dropped', wastedAt: now },
});
export const thresholdSet = (threshold: number): StockEvent => ({
  type: 'StockThresholdSet',
  data: { ...known, threshold, setAt: now },
});
export const low = (available: number, threshold: number): StockEvent => ({
  type: 'StockLow',
  data: { ...theirs, available, threshold, lowAt: now },
});
export const out = (reason: string | null = null): StockEvent => ({
  type: 'StockOut',
  data: { ...theirs, byHand: reason !== null, reason, outAt: now },
});
export const back = (available: number): StockEvent => ({
  type: 'StockBack',
  data: { ...theirs, available, backAt: now },
});
