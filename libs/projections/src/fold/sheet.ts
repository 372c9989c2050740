import { counterColumns, type Shape } from '../tables/index.ts';
import { idOf, keyCells } from '../tables/shape.ts';
import type { Cell, Row } from '../types.ts';
import type { Change } from './changes.ts';

interface Slot {
  key: readonly Cell[];
  /** null: no such row. */
  row: Row | null;
}

interface Sum {
  key: readonly Cell[];
  sums: Record<string, number>;
}

/** What is to be written to one table. */
export interface Pending {
  shape: Shape;
  rows: Row[];
  removed: (readonly Cell[])[];
  sums: Row[];
}

/** One table in memory: rows as Postgres has them (`known`) and as they shall be (`dirty`), folded per key (P8). */
export class Sheet {
  readonly shape: Shape;
  private known = new Map<string, Row | null>();
  private dirty = new Map<string, Slot>();
  private sums = new Map<string, Sum>();
  private undo: (() => void)[] = [];
  /** No row is in Postgres that is not here: true for a new table until something is forgotten. */
  private complete: boolean;

  constructor(shape: Shape, complete = false) {
    this.shape = shape;
    this.complete = complete;
  }

  knows(id: string): boolean {
    return this.complete || this.dirty.has(id) || this.known.has(id);
  }

  /** Rows may be in Postgres that are not here. */
  get forgetful(): boolean {
    return !this.complete;
  }

  learn(wanted: Iterable<string>, rows: readonly Row[]): void {
    for (const id of wanted) this.known.set(id, null);
    for (const row of rows) this.known.set(idOf(keyCells(this.shape, row)), row);
  }

  /**
   * Throws for a patch of a row that is not there, or what a `change` throws, and then has changed nothing.
   * @param undoable whether `revert` may be asked to take it back
   */
  apply(change: Change, undoable: boolean): void {
    if (change.do === 'add') {
      this.add(change, undoable);
      return;
    }
    const row = this.after(change);
    if (undoable) {
      const before = this.dirty.get(change.id);
      this.undo.push(() => (before ? this.dirty.set(change.id, before) : this.dirty.delete(change.id)));
    }
    this.dirty.set(change.id, { key: change.key, row });
  }

  /** The changes since the last call stay. */
  keep(): void {
    this.undo.length = 0;
  }

  /** The changes since the last call of `keep` never were. */
  revert(): void {
    while (this.undo.length > 0) this.undo.pop()?.();
  }

  get size(): number {
    return this.dirty.size + this.sums.size;
  }

  /** Hands over what is to be written; from here on it counts as written. */
  take(remember = 0): Pending {
    const rows: Row[] = [];
    const removed: (readonly Cell[])[] = [];
    for (const [id, { key, row }] of this.dirty) {
      if (row) rows.push(row);
      else removed.push(key);
      if (remember > 0) {
        this.known.delete(id);
        this.known.set(id, row);
      }
    }
    const pending = { shape: this.shape, rows, removed, sums: this.sumRows() };
    this.dirty = new Map();
    this.sums = new Map();
    this.forget(remember);
    return pending;
  }

  private forget(remember: number): void {
    for (const id of this.known.keys()) {
      if (this.known.size <= remember) return;
      this.known.delete(id);
      this.complete = false;
    }
  }

  private sumRows(): Row[] {
    const columns = counterColumns(this.shape);
    // In one order everywhere, so that two partitions adding to the same rows do not deadlock.
    const ids = [...this.sums.keys()].sort();
    return ids.flatMap((id) => {
      const sum = this.sums.get(id);
      if (!sum) return [];
      const row: Record<string, Cell> = {};
      this.shape.key.forEach(({ name }, index) => {
        row[name] = sum.key[index] ?? null;
      });
      for (const { name } of columns) row[name] = sum.sums[name] ?? 0;
      return [row];
    });
  }

  private after(change: Exclude<Change, { do: 'add' }>): Row | null {
    if (change.do === 'put') return change.row;
    if (change.do === 'remove') return null;
    const before = this.current(change.id);
    if (change.do === 'patch') {
      if (!before) throw new Error(`${this.shape.table}: there is no row ${change.id} to patch`);
      return { ...before, ...change.columns };
    }
    const after = change.to(before ?? undefined);
    if (!after) return null;
    if (idOf(keyCells(this.shape, after)) !== change.id)
      throw new Error(`${this.shape.table}: a change may not give row ${change.id} another key`);
    return after;
  }

  private current(id: string): Row | null {
    const slot = this.dirty.get(id);
    if (slot) return slot.row;
    const row = this.known.get(id);
    if (row === undefined && !this.complete) throw new NotLoaded(this.shape.table, id);
    return row ?? null;
  }

  private add({ id, key, sums }: Extract<Change, { do: 'add' }>, undoable: boolean): void {
    const before = this.sums.get(id);
    const after: Record<string, number> = { ...before?.sums };
    for (const [name, value] of Object.entries(sums)) after[name] = (after[name] ?? 0) + value;
    if (undoable) this.undo.push(() => (before ? this.sums.set(id, before) : this.sums.delete(id)));
    this.sums.set(id, { key, sums: after });
  }
}

/** A row was taken for one the batch itself writes, but the event that writes it failed. */
export class NotLoaded extends Error {
  override name = 'NotLoaded';
  constructor(table: string, id: string) {
    super(`${table} ${id}`);
  }
}
