import type { PreparedStatement } from '@dabba/event-store';
import type { QueryResultRow } from 'pg';
import type { Cell, Row } from '../types.ts';
import { isNumeric, listLiteral } from './cells.ts';
import type { Column, Shape } from './shape.ts';

const asText = { getTypeParser: () => (value: string) => value };

/** Writes whole rows over whatever is there. No key may come twice (P8). */
export function upsertRows(schema: string, shape: Shape, rows: readonly Row[]): PreparedStatement[] {
  if (rows.length === 0) return [];
  const { columns } = shape;
  const changes = columns.filter((column) => !column.isKey);
  const set = changes.map(({ name }) => `"${name}" = excluded."${name}"`).join(', ');
  return [
    {
      text: `${insertInto(schema, shape, columns)} do ${set ? `update set ${set}` : 'nothing'}`,
      values: columns.map((column) => valuesOf(column, rows)),
    },
  ];
}

/** Adds to counters, starting from 0. Rows have every numeric column. */
export function addRows(schema: string, shape: Shape, rows: readonly Row[]): PreparedStatement[] {
  if (rows.length === 0) return [];
  const columns = shape.columns.filter((column) => column.isKey || isNumeric(column.kind));
  const set = counterColumns(shape).map(
    ({ name }) => `"${name}" = coalesce(t."${name}", 0) + excluded."${name}"`,
  );
  return [
    {
      text: `${insertInto(schema, shape, columns)} do update set ${set.join(', ')}`,
      values: columns.map((column) => valuesOf(column, rows)),
    },
  ];
}

export function deleteRows(
  schema: string,
  shape: Shape,
  keys: readonly (readonly Cell[])[],
): PreparedStatement[] {
  if (keys.length === 0) return [];
  return [
    {
      text: `delete from ${schema}."${shape.table}" t using ${unnest(shape.key)} where ${sameKey(shape)}`,
      values: keyValues(shape, keys),
    },
  ];
}

/** Finds the rows there are among these keys, to be read by {@link readRows}. */
export function selectRows(
  schema: string,
  shape: Shape,
  keys: readonly (readonly Cell[])[],
): PreparedStatement {
  const list = shape.columns.map(({ name }) => `t."${name}"`).join(', ');
  return {
    text: `select ${list} from ${schema}."${shape.table}" t join ${unnest(shape.key)} on ${sameKey(shape)}`,
    values: keyValues(shape, keys),
    types: asText,
  };
}

/** Rows in their one form. @param found by {@link selectRows} */
export function readRows(shape: Shape, found: readonly QueryResultRow[]): Row[] {
  return found.map((row) => {
    const parsed: Record<string, Cell> = {};
    for (const { name, kind } of shape.columns) {
      const value = row[name];
      parsed[name] = value === null || value === undefined ? null : kind.parse(value);
    }
    return parsed;
  });
}

export function counterColumns(shape: Shape): Column[] {
  return shape.columns.filter((column) => !column.isKey && isNumeric(column.kind));
}

function insertInto(schema: string, shape: Shape, columns: readonly Column[]): string {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const key = shape.key.map(({ name }) => `"${name}"`).join(', ');
  const values = columns.map((column, index) => `u.c${index}${cast(column)}`).join(', ');
  return `insert into ${schema}."${shape.table}" as t (${names}) select ${values} from ${unnest(columns)} on conflict (${key})`;
}

/** Types without a length, so that a value too long is refused, not cut. */
function cast(column: Column): string {
  return column.kind.wire === undefined ? '' : `::${column.type}`;
}

function unnest(columns: readonly Column[]): string {
  const lists = columns.map(({ type, kind }, index) => `$${index + 1}::${kind.wire ?? type}[]`);
  return `unnest(${lists.join(', ')}) u(${columns.map((_, index) => `c${index}`).join(', ')})`;
}

function sameKey(shape: Shape): string {
  return shape.key.map((column, index) => `t."${column.name}" = u.c${index}${cast(column)}`).join(' and ');
}

function valuesOf({ name, kind }: Column, rows: readonly Row[]): string {
  return listLiteral(
    kind,
    rows.map((row) => row[name] ?? null),
  );
}

function keyValues(shape: Shape, keys: readonly (readonly Cell[])[]): string[] {
  return shape.key.map((column, index) =>
    listLiteral(
      column.kind,
      keys.map((key) => key[index] ?? null),
    ),
  );
}
