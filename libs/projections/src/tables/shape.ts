import type { ClientBase, Pool } from 'pg';
import { ModelMistake } from '../model-mistake.ts';
import type { Cell, ReadModel, Row, TableSpec } from '../types.ts';
import { type CellKind, kindOf, nullable } from './cells.ts';

export interface Column {
  name: string;
  /** `bigint`, without length or precision. */
  type: string;
  kind: CellKind;
  isKey: boolean;
  /** What a `put` that leaves it out writes. */
  fallback: Cell;
}

/** A table as the catalog knows it; generated columns are left to Postgres. */
export interface Shape {
  table: string;
  kind: TableSpec['kind'];
  columns: readonly Column[];
  key: readonly Column[];
  byName: ReadonlyMap<string, Column>;
}

interface CatalogRow {
  name: string;
  type: string;
  type_name: string;
  fallback: string | null;
}

/** A default that depends on when or how often it is asked would make a rebuilt table differ from the live one. */
const unsteady = /now\(|current_|nextval|random|gen_random|uuid|clock_timestamp/i;

export async function readShape(
  db: Pool | ClientBase,
  table: string,
  spec: TableSpec,
  schema = 'public',
): Promise<Shape> {
  const { rows } = await db.query<CatalogRow>(
    `select a.attname as name, format_type(a.atttypid, null) as type, t.typname as type_name,
            pg_get_expr(d.adbin, d.adrelid) as fallback
       from pg_attribute a
       join pg_type t on t.oid = a.atttypid
       left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      order by a.attnum`,
    [`${schema}."${table}"`],
  );
  if (rows.length === 0) throw new ModelMistake(`There is no table ${schema}.${table}`);
  const columns = await Promise.all(
    rows.map(async ({ name, type, type_name, fallback }): Promise<Column> => {
      const kind = kindOf(type_name);
      const isKey = spec.key.includes(name);
      return {
        name,
        type,
        kind,
        isKey,
        fallback: await steadyDefault(db, `${table}.${name}`, kind, fallback),
      };
    }),
  );
  const byName = new Map(columns.map((column) => [column.name, column]));
  const key = spec.key.map((name) => {
    const column = byName.get(name);
    if (!column) throw new ModelMistake(`The table ${table} has no key column ${name}`);
    return column;
  });
  return { table, kind: spec.kind, columns, key, byName };
}

/** Table name → shape, of every table of the model. */
export async function readShapes(
  db: Pool | ClientBase,
  model: ReadModel,
  schema = 'public',
): Promise<ReadonlyMap<string, Shape>> {
  const shapes = new Map<string, Shape>();
  for (const [table, spec] of Object.entries(model.tables))
    shapes.set(table, await readShape(db, table, spec, schema));
  return shapes;
}

async function steadyDefault(
  db: Pool | ClientBase,
  column: string,
  kind: CellKind,
  expression: string | null,
): Promise<Cell> {
  if (expression === null) return null;
  if (unsteady.test(expression))
    throw new ModelMistake(`${column}: a default of ${expression} is not repeatable`);
  const { rows } = await db.query<{ value: string | null }>(`select (${expression})::text as value`);
  const value = rows[0]?.value ?? null;
  if (value === null) return null;
  return kind.canonical(kind.parse(value === 'true' ? 't' : value));
}

/** Every column, in its one form. */
export function wholeRow(shape: Shape, row: Row): Row {
  refuseUnknown(shape, row);
  const whole: Record<string, Cell> = {};
  for (const column of shape.columns) {
    const value = row[column.name];
    whole[column.name] = value === undefined ? column.fallback : cell(shape, column, value);
  }
  return whole;
}

export function someColumns(shape: Shape, row: Row): Row {
  refuseUnknown(shape, row);
  const some: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(row)) {
    const column = shape.byName.get(name);
    if (column && value !== undefined) some[name] = cell(shape, column, value);
  }
  return some;
}

/** The cells of the key in order: what identifies a row. */
export function keyCells(shape: Shape, row: Row): Cell[] {
  return shape.key.map((column) => {
    const value = row[column.name];
    if (value === undefined || value === null)
      throw new TypeError(`${shape.table}: the key lacks ${column.name}`);
    return cell(shape, column, value);
  });
}

export function idOf(key: readonly Cell[]): string {
  const [only] = key;
  return key.length === 1 && typeof only === 'string' ? only : JSON.stringify(key);
}

function cell(shape: Shape, column: Column, value: Cell): Cell {
  try {
    return nullable(column.kind, value);
  } catch (cause) {
    throw new TypeError(`${shape.table}.${column.name}: ${cause instanceof Error ? cause.message : cause}`);
  }
}

function refuseUnknown(shape: Shape, row: Row): void {
  for (const name in row) {
    if (!shape.byName.has(name))
      throw new ModelMistake(
        `The table ${shape.table} has no column ${name} to write; was the model rebuilt?`,
      );
  }
}
