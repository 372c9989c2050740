import pg from 'pg';
import type { Cell } from '../types.ts';

/** How cells of a column look in memory and on the wire. */
export interface CellKind {
  /** The one form a value has in memory, whether it was just put or read back; throws a TypeError if it cannot be. */
  canonical(value: Cell): Cell;
  /** Element of an array literal. */
  literal(value: Cell): string;
  /** Postgres' text → canonical. */
  parse(text: string): Cell;
  /** Element type of the array parameter; undefined: the column's own type. */
  wire?: 'text';
}

const number: CellKind = {
  canonical: (value) => (typeof value === 'number' ? value : fail('a number', value)),
  literal: String,
  parse: Number,
};

const boolean: CellKind = {
  canonical: (value) => (typeof value === 'boolean' ? value : fail('a boolean', value)),
  literal: String,
  parse: (text) => text === 't',
};

/** Dates, or UTC milliseconds as events carry them, or ISO text. */
const instant: CellKind = {
  canonical(value) {
    if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
    if (typeof value !== 'string' && typeof value !== 'number') return fail('an instant', value);
    const date = new Date(value);
    return Number.isNaN(date.getTime()) ? fail('an instant', value) : date;
  },
  literal: (value) => (value instanceof Date ? `"${value.toISOString()}"` : String(value)),
  parse: (text) => new Date(/[+-]\d\d(:\d\d)?$/.test(text) ? text : `${text}Z`),
};

const text: CellKind = {
  canonical(value) {
    if (typeof value === 'string') return value;
    return typeof value === 'number' ? String(value) : fail('text', value);
  },
  literal: (value) => quoted(String(value)),
  parse: (value) => value,
  wire: 'text',
};

const json: CellKind = {
  canonical: (value) => (typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value),
  literal: (value) => quoted(JSON.stringify(value)),
  parse: (value) => JSON.parse(value),
  wire: 'text',
};

function array(element: CellKind, oid: number): CellKind {
  const split: (literal: string) => unknown = pg.types.getTypeParser(oid);
  return {
    canonical: (value) =>
      isList(value)
        ? value.map((each) => (isCell(each) ? nullable(element, each) : null))
        : fail('a list', value),
    literal: (value) => quoted(isList(value) ? listLiteral(element, value.filter(isCell)) : '{}'),
    parse(literal) {
      const elements = split(literal);
      if (!isList(elements)) return [];
      return elements.map((each) => (each === null ? null : element.canonical(element.parse(String(each)))));
    },
    wire: 'text',
  };
}

const numbers = new Set(['int2', 'int4', 'int8', 'float4', 'float8', 'numeric']);
const textArray = 1009;

export function kindOf(typeName: string): CellKind {
  if (typeName.startsWith('_')) return array(kindOf(typeName.slice(1)), textArray);
  if (numbers.has(typeName)) return number;
  if (typeName === 'bool') return boolean;
  if (typeName === 'timestamptz' || typeName === 'timestamp') return instant;
  return typeName === 'jsonb' || typeName === 'json' ? json : text;
}

export function isNumeric(kind: CellKind): boolean {
  return kind === number;
}

export function nullable(kind: CellKind, value: Cell | undefined): Cell {
  return value === null || value === undefined ? null : kind.canonical(value);
}

/** `{1,NULL,"a"}` */
export function listLiteral(kind: CellKind, values: readonly Cell[]): string {
  let literal = '';
  for (const value of values) literal += `${literal && ','}${value === null ? 'NULL' : kind.literal(value)}`;
  return `{${literal}}`;
}

function quoted(value: string): string {
  return `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isCell(value: unknown): value is Cell {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}

function fail(wanted: string, value: Cell): never {
  throw new TypeError(`${JSON.stringify(value)} is not ${wanted}`);
}
