import type { AcceptedCommand } from '../ledger.ts';
import type { Journals } from './journals.ts';
import type { DoorSessions } from './sessions.ts';

/** Where a meal has to be in the end, by what was promised. */
export interface End {
  status: 'PRODUCED' | 'IN_TRANSIT' | 'STOCKED' | 'SOLD' | 'RETURNED' | 'UNEXPLAINED';
  lotId: string;
  fridgeId: string | null;
  customerId: string | null;
  /** Minor units. */
  price: number | null;
}

/** Of every accepted meal. In this load a meal is shipped before anything else, and each of them is in one fridge only. */
export function endsOfMeals(
  commands: readonly AcceptedCommand[],
  { facts }: Journals,
  { sold, vanished }: DoorSessions,
): Map<string, End> {
  const ends = new Map<string, End>();
  const become = (meal: string, change: Partial<End>) => {
    const before = ends.get(meal);
    if (before) ends.set(meal, { ...before, ...change });
  };
  for (const one of commands)
    if (one.kind === 'lot')
      for (const meal of one.mealIds)
        ends.set(meal, {
          status: 'PRODUCED',
          lotId: one.lotId,
          fridgeId: null,
          customerId: null,
          price: null,
        });
  for (const one of commands) if (one.kind === 'ship') become(one.mealId, { status: 'IN_TRANSIT' });
  for (const one of commands) if (one.kind === 'return') become(one.mealId, { status: 'RETURNED' });
  for (const { type, data, device } of facts.values()) {
    if (type === 'meal_stocked') become(data.meal_id, { status: 'STOCKED', fridgeId: device });
    if (type === 'meal_sold')
      become(data.meal_id, { status: 'SOLD', customerId: data.customer_id, price: data.price });
  }
  for (const [meal, { customerId, price }] of sold) become(meal, { status: 'SOLD', customerId, price });
  for (const meal of vanished.keys()) become(meal, { status: 'UNEXPLAINED' });
  return ends;
}
