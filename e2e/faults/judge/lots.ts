import type { Pool } from 'pg';
import type { End } from './ends.ts';
import type { Findings } from './findings.ts';
import type { StoredEvent } from './store.ts';

/** Event of a meal → what it is from then on; others change nothing of it. */
const becomes: Readonly<Record<string, string>> = {
  MealProduced: 'PRODUCED',
  MealShipped: 'IN_TRANSIT',
  MealStocked: 'STOCKED',
  MealReserved: 'RESERVED',
  MealReservationReleased: 'STOCKED',
  MealSold: 'SOLD',
  MealRefunded: 'REFUNDED',
  MealExpired: 'EXPIRED',
  MealSpoiled: 'SPOILED',
  MealWithdrawn: 'WITHDRAWN',
  MealReturned: 'RETURNED',
  MealUnexplained: 'UNEXPLAINED',
};

/** Lot → status → meals. */
type Ledgers = Map<string, Map<string, number>>;

/**
 * Of each lot as many meals were produced as are somewhere or ended somehow: by what was promised, by the log, and by the
 * read model, and all three say the same. Returns how many lots do.
 */
export async function judgeLots(
  pool: Pool,
  ends: ReadonlyMap<string, End>,
  store: readonly StoredEvent[],
  findings: Findings,
): Promise<number> {
  const promised: Ledgers = new Map();
  for (const { lotId, status } of ends.values()) add(promised, lotId, status);
  const logged = ledgersOf(store);
  const folded: Ledgers = new Map();
  const { rows } = await pool.query<{ lot_id: string; status: string; meals: number }>(
    'select lot_id, status, count(*)::int as meals from lot_meals group by lot_id, status',
  );
  for (const { lot_id: lot, status, meals } of rows) add(folded, lot, status, meals);

  const wrong = new Set<string>();
  for (const [where, ledgers] of [
    ['the log', logged],
    ['the read model', folded],
  ] as const) {
    const lots = [...new Set([...promised.keys(), ...ledgers.keys()])].filter(
      (lot) => textOf(promised.get(lot)) !== textOf(ledgers.get(lot)),
    );
    for (const lot of lots) wrong.add(lot);
    findings.wrong(
      `S0-INV-03: ledgers of lots by ${where} are not what was promised`,
      lots.map((lot) => `${lot}: ${textOf(ledgers.get(lot))}, not ${textOf(promised.get(lot))}`),
    );
  }
  return promised.size - [...wrong].filter((lot) => promised.has(lot)).length;
}

function ledgersOf(store: readonly StoredEvent[]): Ledgers {
  const lots = new Map<string, string>();
  const last = new Map<string, string>();
  for (const { stream, event } of store) {
    const status = becomes[event.type];
    if (status === undefined) continue;
    if ('lotId' in event.data && typeof event.data.lotId === 'string') lots.set(stream, event.data.lotId);
    last.set(stream, status);
  }
  const ledgers: Ledgers = new Map();
  for (const [meal, status] of last) add(ledgers, lots.get(meal) ?? 'no lot', status);
  return ledgers;
}

function add(ledgers: Ledgers, lot: string, status: string, meals = 1): void {
  const ledger = ledgers.get(lot) ?? new Map<string, number>();
  ledger.set(status, (ledger.get(status) ?? 0) + meals);
  ledgers.set(lot, ledger);
}

function textOf(ledger: ReadonlyMap<string, number> | undefined): string {
  return [...(ledger ?? [])]
    .map(([status, meals]) => `${status} ${meals}`)
    .toSorted()
    .join(' ');
}
