import { type Refusal, refuse } from '@dabba/event-store';
import { unended } from '../lot/recall.ts';
import type { MealCommand } from './decide.ts';
import type { Meal, MealStatus } from './meal.ts';

export type Known = NonNullable<Meal>;

/** S0-STM-01: command → statuses it may be given in. */
export const allowed = {
  ship: ['PRODUCED'],
  reserve: ['STOCKED', 'RESERVED'],
  release: ['RESERVED'],
  'time-out': ['RESERVED'],
  spoil: unended,
  withdraw: unended,
  return: unended,
  refund: ['SOLD'],
  expire: unended,
} as const satisfies Record<MealCommand['do'], readonly MealStatus[]>;

const codes = {
  ship: 'meal-not-at-kitchen',
  reserve: 'meal-not-stocked',
  release: 'meal-not-reserved',
  'time-out': 'meal-not-reserved',
  spoil: 'meal-ended',
  withdraw: 'meal-ended',
  return: 'meal-ended',
  refund: 'meal-not-sold',
  expire: 'meal-ended',
} as const satisfies Record<MealCommand['do'], string>;

/** The 409 of a command that does not fit the meal's status; `status` says which that is. */
export function refuseFor({ status }: Known, command: MealCommand['do']): Refusal {
  return refuse(409, codes[command], `It is ${status}`, { meal_status: status });
}
