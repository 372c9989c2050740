import type { Recorded } from '@dabba/contracts';
import type { ReadModel, Row, Rows } from '../types.ts';

/** The plainest thing that can be meant by a fold: one event after the other, on rows in maps. */
export function referenceFold(model: ReadModel, events: readonly Recorded[]): Map<string, Row> {
  const tables = new Map<string, Row>();
  const place = (table: string, key: Row) =>
    `${table} ${model.tables[table]?.key.map((name) => key[name]).join(' ')}`;
  const rows: Rows<string> = {
    put: (table, row) => tables.set(place(table, row), row),
    patch: (table, key, columns) =>
      tables.set(place(table, key), { ...tables.get(place(table, key)), ...columns }),
    change(table, key, to) {
      const after = to(tables.get(place(table, key)));
      if (after) tables.set(place(table, key), after);
      else tables.delete(place(table, key));
    },
    remove: (table, key) => tables.delete(place(table, key)),
    add(table, key, columns) {
      const before = tables.get(place(table, key)) ?? key;
      const sums = Object.entries(columns).map(([name, value]) => [name, Number(before[name] ?? 0) + value]);
      tables.set(place(table, key), { ...before, ...Object.fromEntries(sums) });
    },
  };
  const folds: { readonly [name: string]: unknown } = model.on;
  for (const event of events) {
    const fold = folds[event.type];
    if (typeof fold === 'function') fold(event, rows);
  }
  return tables;
}
