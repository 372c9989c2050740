import type { PreparedStatement } from '@dabba/event-store';
import type { ClientBase, QueryResultRow } from 'pg';
import { addRows, deleteRows, readRows, selectRows, upsertRows } from '../tables/index.ts';
import { type Asked, type Placed, type Sheets, wanted } from './fold.ts';
import type { Pending } from './sheet.ts';

/** The rows the changes start from: how they are read, one select a table, and where they are put down. */
export interface Reading {
  statements: PreparedStatement[];
  /** @param found by place */
  learn(found: readonly (readonly QueryResultRow[])[]): void;
}

export function reading(
  schema: string,
  sheets: Sheets,
  asked: readonly Asked<Placed>[],
  all: boolean,
): Reading {
  const parts = [...wanted(asked, sheets, all)].flatMap(([table, keys]) => {
    const sheet = sheets.get(table);
    return sheet ? [{ sheet, keys }] : [];
  });
  return {
    statements: parts.map(({ sheet, keys }) => selectRows(schema, sheet.shape, [...keys.values()])),
    learn(found) {
      parts.forEach(({ sheet, keys }, place) => {
        sheet.learn(keys.keys(), readRows(sheet.shape, found[place] ?? []));
      });
    },
  };
}

/** Sends them one after another. @returns rows by place */
export async function queryEach(
  client: ClientBase,
  statements: readonly PreparedStatement[],
): Promise<QueryResultRow[][]> {
  const found: QueryResultRow[][] = [];
  for (const { text, values = [], types } of statements)
    found.push((await client.query({ text, values: [...values], ...(types && { types }) })).rows);
  return found;
}

/** One statement a table and kind of change. */
export function writing(schema: string, pending: readonly Pending[]): PreparedStatement[] {
  return pending.flatMap(({ shape, rows, removed, sums }) => [
    ...deleteRows(schema, shape, removed),
    ...upsertRows(schema, shape, rows),
    ...addRows(schema, shape, sums),
  ]);
}
