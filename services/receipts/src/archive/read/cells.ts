import type { JS } from '@duckdb/node-api';

export type Cells = Readonly<Record<string, JS>>;

/** What the archive says is what this build wrote, or it throws: nothing is guessed. */
export function text(row: Cells, name: string): string {
  const value = row[name];
  if (typeof value === 'string') return value;
  throw new Error(`The archive has no ${name} where one must be`);
}

export function textOrNull(row: Cells, name: string): string | null {
  return row[name] === null ? null : text(row, name);
}

export function number(row: Cells, name: string): number {
  const value = row[name];
  if (typeof value === 'number') return value;
  throw new Error(`The archive has no ${name} where one must be`);
}

export function numberOrNull(row: Cells, name: string): number | null {
  return row[name] === null ? null : number(row, name);
}

export function bytes(row: Cells, name: string): Buffer {
  const value = row[name];
  if (value instanceof Uint8Array) return Buffer.from(value);
  throw new Error(`The archive has no ${name} where one must be`);
}
