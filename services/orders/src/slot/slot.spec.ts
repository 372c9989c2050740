import { decider } from '@dabba/testing/decider';
import { expect, it } from 'vitest';
import { freeSlot, type Slot, type SlotEvent, slotAt, slotStream, takeSlot } from './slot.ts';

const noon = Date.parse('2026-11-23T20:30:00Z');
const share = (orderId: string, quantity: number) => ({
  outletId: 'trk_1',
  slot: noon,
  orderId,
  quantity,
  now: noon,
});
const taken = (orderId: string, quantity: number): SlotEvent => {
  const { now: takenAt, ...data } = share(orderId, quantity);
  return { type: 'SlotTaken', data: { ...data, takenAt } };
};
const freed = (orderId: string, quantity: number): SlotEvent => {
  const { now: freedAt, ...data } = share(orderId, quantity);
  return { type: 'SlotFreed', data: { ...data, freedAt } };
};
const taking = decider(
  slotStream,
  (slot: Slot, { orderId, quantity }: { orderId: string; quantity: number }) =>
    takeSlot(slot, share(orderId, quantity), 10),
);
const freeing = decider(slotStream, (slot: Slot, orderId: string) => freeSlot(slot, share(orderId, 0)));

it('a slot counts items, not orders, and the one that does not fit is refused', () => {
  taking
    .given([])
    .when({ orderId: 'o1', quantity: 10 })
    .then([taken('o1', 10)]);
  taking
    .given([taken('o1', 7)])
    .when({ orderId: 'o2', quantity: 3 })
    .then([taken('o2', 3)]);
  taking
    .given([taken('o1', 7)])
    .when({ orderId: 'o2', quantity: 4 })
    .thenRefused('slot-full');
  taking
    .given([taken('o1', 10)])
    .when({ orderId: 'o1', quantity: 10 })
    .thenNothing();
});
it('a slot is for others again when its order lets go, once', () => {
  freeing
    .given([taken('o1', 7)])
    .when('o1')
    .then([freed('o1', 7)]);
  freeing
    .given([taken('o1', 7), freed('o1', 7)])
    .when('o1')
    .thenNothing();
  taking
    .given([taken('o1', 10), freed('o1', 10)])
    .when({ orderId: 'o2', quantity: 10 })
    .then([taken('o2', 10)]);
});
it('a slot begins with a multiple of its length', () => {
  expect(slotAt({ slotMinutes: 15 }, noon + 14 * 60_000)).toBe(noon);
  expect(slotAt({ slotMinutes: 15 }, noon)).toBe(noon);
});
