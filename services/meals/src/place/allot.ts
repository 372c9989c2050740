import type { Events, Instant } from '@dabba/contracts';

/** A fridge that waits for meals. */
export interface Shelf {
  fridgeId: string;
  /** Places left, what is on its way counted as there. */
  room: number;
  /** In which `have` are good meals inside or on their way. */
  levels: readonly { sku: string; par: number; have: number }[];
}

/** A meal at its kitchen that no list has claimed. */
export interface Candidate {
  mealId: string;
  lotId: string;
  sku: string;
  expiresAt: Instant;
}

export interface Allotted {
  lines: { fridgeId: string; sku: string; meals: Candidate[] }[];
  short: Events['PickListMade']['short'];
}

interface Want {
  shelf: number;
  fridgeId: string;
  sku: string;
  par: number;
  have: number;
  meals: Candidate[];
}

/**
 * Meals for fridges: each time the emptiest level by its share of PAR gets one, and of its product the one that expires
 * first. Never over PAR, never over the room, no meal twice. Pure.
 * @param most meals in all
 */
export function allot(shelves: readonly Shelf[], candidates: readonly Candidate[], most: number): Allotted {
  const queues = queuesBySku(candidates);
  const room = shelves.map((shelf) => shelf.room);
  const wants = shelves.flatMap(({ fridgeId, levels }, shelf) =>
    levels.map((level): Want => ({ shelf, fridgeId, ...level, meals: [] })),
  );
  for (let given = 0; given < most; given++) {
    const next = emptiest(
      wants,
      ({ sku, shelf }) => (queues.get(sku)?.length ?? 0) > 0 && (room[shelf] ?? 0) > 0,
    );
    const meal = next && queues.get(next.sku)?.shift();
    if (!next || !meal) break;
    next.meals.push(meal);
    room[next.shelf] = (room[next.shelf] ?? 0) - 1;
  }
  return {
    lines: wants.flatMap(({ fridgeId, sku, meals }) => (meals.length > 0 ? [{ fridgeId, sku, meals }] : [])),
    short: wants.flatMap((want) => {
      const missing = want.par - want.have - want.meals.length;
      return missing > 0 ? [{ fridgeId: want.fridgeId, sku: want.sku, missing }] : [];
    }),
  };
}

function emptiest(wants: readonly Want[], possible: (want: Want) => boolean): Want | undefined {
  let found: Want | undefined;
  let lowest = 1;
  for (const want of wants) {
    const share = (want.have + want.meals.length) / want.par;
    if (share >= lowest || !possible(want)) continue;
    found = want;
    lowest = share;
  }
  return found;
}

/** Sku → meals, the earliest to expire first. */
function queuesBySku(candidates: readonly Candidate[]): Map<string, Candidate[]> {
  const queues = new Map<string, Candidate[]>();
  const unique = new Map(candidates.map((meal) => [meal.mealId, meal]));
  const sorted = [...unique.values()].sort(
    (one, other) => one.expiresAt - other.expiresAt || (one.mealId < other.mealId ? -1 : 1),
  );
  for (const meal of sorted) {
    const queue = queues.get(meal.sku);
    if (queue) queue.push(meal);
    else queues.set(meal.sku, [meal]);
  }
  return queues;
}
