import type { Instant } from '@dabba/contracts';
import { DateTime } from 'luxon';
import { isOpenAt } from '../offer/hours.ts';
import type { Outlet } from '../offer/offer.ts';
import { slotAt } from './slot.ts';

export interface OpenSlot {
  begins: Instant;
  ends: Instant;
  /** Items that can still be made for it. */
  left: number;
}

/** A day by the clock of an outlet. @param day `2026-11-21` */
export function dayOf({ zone }: Pick<Outlet, 'zone'>, day: string): { from: Instant; to: Instant } {
  const begins = DateTime.fromISO(day, { zone }).startOf('day');
  return { from: begins.toMillis(), to: begins.plus({ days: 1 }).toMillis() };
}

/** Slots of a time that have not begun, and in whose beginning the outlet is open; the full ones, too. Pure. */
export function openSlots(
  outlet: Pick<Outlet, 'closed' | 'hours' | 'zone' | 'slotMinutes' | 'slotQuantity'>,
  { from, to }: { from: Instant; to: Instant },
  taken: ReadonlyMap<Instant, number>,
  now: Instant,
): OpenSlot[] {
  const length = outlet.slotMinutes * 60_000;
  const first = slotAt(outlet, Math.max(from, now) + length - 1);
  const count = Math.max(0, Math.ceil((to - first) / length));
  return Array.from({ length: count }, (_, index) => first + index * length)
    .filter((begins) => isOpenAt(outlet, begins))
    .map((begins) => ({
      ...{ begins, ends: begins + length },
      left: Math.max(0, outlet.slotQuantity - (taken.get(begins) ?? 0)),
    }));
}
