import type { Event, Instant } from '@dabba/contracts';
import { type Refusal, refuse, type StreamRef, type StreamType } from '@dabba/event-store';

export type SlotEvent = Event<'SlotTaken' | 'SlotFreed'>;

/** What one outlet makes in one pickup slot: items of each order. Its own stream, so that of two last ones exactly one wins. */
export interface Slot {
  taken: Readonly<Record<string, number>>;
}

export const slotStream: StreamType<Slot, SlotEvent> = {
  name: 'slot',
  revision: 1,
  initial: () => ({ taken: {} }),
  evolve({ taken }, { type, data: { orderId, quantity } }) {
    if (type === 'SlotTaken') return { taken: { ...taken, [orderId]: quantity } };
    const { [orderId]: _freed, ...others } = taken;
    return { taken: others };
  },
};

export function slotRef(outletId: string, slot: Instant, metro: string): StreamRef<Slot, SlotEvent> {
  return { type: slotStream, id: `slot:${outletId}:${slot}`, metro };
}

/** Start of the slot an instant lies in. Slots begin with the epoch's hours, as those of every zone's clock do. */
export function slotAt({ slotMinutes }: { slotMinutes: number }, at: Instant): Instant {
  const length = slotMinutes * 60_000;
  return Math.floor(at / length) * length;
}

export interface Share {
  outletId: string;
  slot: Instant;
  orderId: string;
  /** Items. */
  quantity: number;
  now: Instant;
}

/** @param capacity items the outlet can make in a slot, as the catalog says now */
export function takeSlot({ taken }: Slot, share: Share, capacity: number): readonly SlotEvent[] | Refusal {
  const { now: takenAt, ...data } = share;
  if (taken[share.orderId] !== undefined) return [];
  const used = Object.values(taken).reduce((sum, quantity) => sum + quantity, 0);
  if (used + share.quantity > capacity) {
    const detail = `Of the ${capacity} items that can be made for then ${Math.max(0, capacity - used)} are left`;
    const extra = { slot: new Date(share.slot).toISOString(), left: Math.max(0, capacity - used) };
    return refuse(409, 'slot-full', detail, extra);
  }
  return [{ type: 'SlotTaken', data: { ...data, takenAt } }];
}

export function freeSlot(
  { taken }: Slot,
  { outletId, slot, orderId, now }: Omit<Share, 'quantity'>,
): SlotEvent[] {
  const quantity = taken[orderId];
  if (quantity === undefined) return [];
  return [{ type: 'SlotFreed', data: { outletId, slot, orderId, quantity, freedAt: now } }];
}
