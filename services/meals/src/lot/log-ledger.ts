import type { Recorded } from '@dabba/contracts';
import { type Meal, type MealEvent, mealStream } from '../meal/meal.ts';
import { emptyLedger, type Ledger, places, sumOf } from './ledger.ts';

const mealEvents = {
  MealProduced: true,
  MealPicked: true,
  MealUnpicked: true,
  MealShipped: true,
  MealStocked: true,
  MealReserved: true,
  MealReservationReleased: true,
  MealSold: true,
  MealRefunded: true,
  MealExpired: true,
  MealSpoiled: true,
  MealWithdrawn: true,
  MealReturned: true,
  MealRemoved: true,
  MealUnexplained: true,
  MealCounted: true,
  MealFactDisputed: true,
} as const satisfies Record<MealEvent['type'], true>;

/** What the log says of one lot. */
export interface LoggedLot {
  /** As the kitchen said; undefined where the log holds meals of a lot that nobody made. */
  quantity: number | undefined;
  ledger: Ledger;
}

/** Ledgers straight from the log, by nothing but each meal's own `evolve`. Events of one stream have to come in order. */
export class LogLedger {
  readonly #meals = new Map<string, { meal: Meal; version: number }>();
  readonly #quantities = new Map<string, number>();

  take(event: Recorded): void {
    if (event.type === 'LotCreated') this.#quantities.set(event.data.lotId, event.data.quantity);
    if (!isMealEvent(event)) return;
    const { stream, version } = event.meta;
    const before = this.#meals.get(stream) ?? { meal: mealStream.initial(), version: 0 };
    // A relay that started again tells twice (K3).
    if (version <= before.version) return;
    this.#meals.set(stream, { meal: mealStream.evolve(before.meal, event), version });
  }

  /** Lot id → its ledger. */
  lots(): Map<string, LoggedLot> {
    const counts = new Map<string, Record<keyof Ledger, number>>();
    for (const id of this.#quantities.keys()) counts.set(id, { ...emptyLedger });
    for (const { meal } of this.#meals.values()) {
      if (meal === null) continue;
      const ledger = counts.get(meal.lotId) ?? { ...emptyLedger };
      ledger[places[meal.status]] += 1;
      counts.set(meal.lotId, ledger);
    }
    return new Map([...counts].map(([id, ledger]) => [id, { quantity: this.#quantities.get(id), ledger }]));
  }
}

export interface Imbalance {
  lot: string;
  problem: string;
}

/** Lots of which more or fewer meals were produced than are anywhere, or of which the read model tells another story. */
export function imbalances(
  logged: ReadonlyMap<string, LoggedLot>,
  folded: ReadonlyMap<string, Ledger>,
): Imbalance[] {
  const found: Imbalance[] = [];
  for (const lot of new Set([...logged.keys(), ...folded.keys()])) {
    const { quantity, ledger } = logged.get(lot) ?? { quantity: undefined, ledger: emptyLedger };
    const sum = sumOf(ledger);
    if (quantity !== sum)
      found.push({ lot, problem: `${quantity ?? 'none'} produced, ${sum} are somewhere or ended` });
    const said = folded.get(lot) ?? emptyLedger;
    for (const place of Object.values(places))
      if (ledger[place] !== said[place])
        found.push({
          lot,
          problem: `${place}: ${ledger[place]} by the log, ${said[place]} by the read model`,
        });
  }
  return found;
}

export function isMealEvent(event: Recorded): event is Recorded<MealEvent> {
  return Object.hasOwn(mealEvents, event.type);
}
