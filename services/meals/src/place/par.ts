import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import type { ParLevel, Supply, SupplyEvent } from './supply.ts';

export interface SetPar {
  fridgeId: string;
  /** Meals the fridge can hold. */
  capacity: number;
  levels: readonly ParLevel[];
  now: Instant;
}

/** All levels at once; those that are as they were make no event. Pure. */
export function setPar(
  supply: Supply,
  { fridgeId, capacity, levels, now }: SetPar,
): readonly SupplyEvent[] | Refusal {
  const pointer = '/levels';
  if (new Set(levels.map(({ sku }) => sku)).size < levels.length)
    return refuse(422, 'sku-twice', 'A product has one level', { pointer });
  const sum = levels.reduce((meals, { par }) => meals + par, 0);
  if (sum > capacity)
    return refuse(422, 'par-over-capacity', `${fridgeId} has place for ${capacity} meals, not for ${sum}`, {
      ...{ pointer, capacity },
    });
  const wanted = levels.filter(({ par }) => par > 0).sort((one, other) => (one.sku < other.sku ? -1 : 1));
  const same = JSON.stringify(wanted.map(pairOf)) === JSON.stringify(supply.levels.map(pairOf));
  if (same) return [];
  return [{ type: 'FridgeParSet', data: { fridgeId, levels: wanted, setAt: now } }];
}

function pairOf({ sku, par }: ParLevel): readonly [string, number] {
  return [sku, par];
}
