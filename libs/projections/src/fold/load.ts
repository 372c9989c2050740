import type { ClientBase } from 'pg';
import { addRows, deleteRows, selectRows, upsertRows } from '../tables/index.ts';
import { type Asked, type Placed, type Sheets, wanted } from './fold.ts';
import type { Pending } from './sheet.ts';

/** Reads the rows the changes start from, one select a table. */
export async function loadWanted(
  client: ClientBase,
  schema: string,
  sheets: Sheets,
  asked: readonly Asked<Placed>[],
  all: boolean,
): Promise<void> {
  for (const [table, keys] of wanted(asked, sheets, all)) {
    const sheet = sheets.get(table);
    if (sheet) sheet.learn(keys.keys(), await selectRows(client, schema, sheet.shape, [...keys.values()]));
  }
}

/** One statement a table and kind of change. */
export async function write(client: ClientBase, schema: string, pending: readonly Pending[]): Promise<void> {
  for (const { shape, rows, removed, sums } of pending) {
    await deleteRows(client, schema, shape, removed);
    await upsertRows(client, schema, shape, rows);
    await addRows(client, schema, shape, sums);
  }
}
