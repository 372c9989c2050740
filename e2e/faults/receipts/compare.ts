/** What a till was told: 202, or 200 when it asked again. */
export interface Promised {
  key: string;
  id: string;
}

/** What was found after everything came to rest. */
export interface Found {
  /** Receipt → its events by name, and how many of each. */
  store: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Receipts as the list shows them, page by page. */
  listed: readonly { id: string; type: string; status: string }[];
  /** Authority → receipt → registrations it holds. */
  ledgers: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Type → authorities that have to hold it. */
  authorities: ReadonlyMap<string, readonly string[]>;
}

export interface Verdict {
  promised: number;
  registrations: number;
  missing: string[];
  doubled: string[];
  /** Of what nobody was promised. */
  unknown: string[];
}

const once = ['ReceiptReceived', 'ReceiptValidated', 'ReceiptAccepted'];

/** Every promise against the store, the list and both ledgers: 0 missing, 0 doubled, and nothing else there. */
export function compare(promises: readonly Promised[], found: Found): Verdict {
  const missing: string[] = [];
  const doubled: string[] = [];
  const unknown: string[] = [];
  const judge = (what: string, times: number) => {
    if (times === 0) missing.push(what);
    if (times > 1) doubled.push(`${what}, ${times} times`);
  };

  const ids = new Set(promises.map(({ id }) => id));
  for (const [key, of] of groupedBy(promises, ({ key }) => key))
    if (new Set(of.map(({ id }) => id)).size > 1) doubled.push(`two receipts under the key ${key}`);
  const listed = groupedBy(found.listed, ({ id }) => id);
  let registrations = 0;
  for (const id of ids) {
    const events = found.store.get(id);
    for (const name of once) judge(`${id}: ${name} in the store`, events?.get(name) ?? 0);
    const rows = listed.get(id) ?? [];
    judge(`${id}: in the list`, rows.length);
    const [row] = rows;
    if (row && row.status !== 'ACCEPTED')
      missing.push(`${id}: ACCEPTED in the list, which says ${row.status}`);
    for (const [name, ledger] of found.ledgers) {
      const asked = row && found.authorities.get(row.type)?.includes(name);
      const holds = ledger.get(id) ?? 0;
      registrations += holds;
      if (asked) judge(`${id}: at ${name}`, holds);
      else if (holds > 0) unknown.push(`${id} at ${name}, which need not have it`);
    }
  }
  for (const id of found.store.keys()) if (!ids.has(id)) unknown.push(`${id} in the store`);
  for (const [name, ledger] of found.ledgers)
    for (const id of ledger.keys()) if (!ids.has(id)) unknown.push(`${id} at ${name}`);
  return { promised: ids.size, registrations, missing, doubled, unknown };
}

function groupedBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
