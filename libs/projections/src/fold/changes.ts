import type { Event, Recorded } from '@dabba/contracts';
import { ModelMistake } from '../model-mistake.ts';
import { counterColumns, type Shape } from '../tables/index.ts';
import { idOf, keyCells, someColumns, wholeRow } from '../tables/shape.ts';
import type { Cell, ReadModel, Row, Rows, TableSpec } from '../types.ts';

/** A change one event asks for. `row` of a put and `columns` of a patch are in their one form. */
export type Change = { table: string; id: string; key: readonly Cell[] } & (
  | { do: 'put'; row: Row }
  | { do: 'patch'; columns: Row }
  | { do: 'change'; to: (row: Row | undefined) => Row | undefined }
  | { do: 'remove' }
  | { do: 'add'; sums: Readonly<Record<string, number>> }
);

export type Shapes = ReadonlyMap<string, Shape>;

/** Needs the row before. */
export function reads(change: Change): boolean {
  return change.do === 'patch' || change.do === 'change';
}

export function handles(model: ReadModel, type: string): boolean {
  return Object.hasOwn(model.on, type);
}

/** Asks the model's folds what events mean. One for many events, since a rebuild makes nothing else as often. */
export class Recorder implements Rows<string> {
  private readonly model: ReadModel;
  private readonly shapes: Shapes;
  private changes: Change[] = [];

  constructor(model: ReadModel, shapes: Shapes) {
    this.model = model;
    this.shapes = shapes;
  }

  /** What the model's fold says about one event. Throws what the fold throws. */
  changesOf(event: Recorded): Change[] {
    const changes: Change[] = [];
    this.changes = changes;
    callFold(this.model, event, this);
    return changes;
  }

  put(table: string, row: Row): void {
    const shape = shapeOf(this.shapes, table, 'rows');
    const key = keyCells(shape, row);
    this.changes.push({ table, key, id: idOf(key), do: 'put', row: wholeRow(shape, row) });
  }

  patch(table: string, of: Row, columns: Row): void {
    const shape = shapeOf(this.shapes, table, 'rows');
    const key = keyCells(shape, of);
    this.changes.push({ table, key, id: idOf(key), do: 'patch', columns: someColumns(shape, columns) });
  }

  change(table: string, of: Row, to: (row: Row | undefined) => Row | undefined): void {
    const shape = shapeOf(this.shapes, table, 'rows');
    const key = keyCells(shape, of);
    const whole = (before: Row | undefined) => {
      const after = to(before);
      return after && wholeRow(shape, after);
    };
    this.changes.push({ table, key, id: idOf(key), do: 'change', to: whole });
  }

  remove(table: string, of: Row): void {
    const key = keyCells(shapeOf(this.shapes, table, 'rows'), of);
    this.changes.push({ table, key, id: idOf(key), do: 'remove' });
  }

  add(table: string, of: Row, columns: Readonly<Record<string, number>>): void {
    const shape = shapeOf(this.shapes, table, 'counters');
    const key = keyCells(shape, of);
    this.changes.push({ table, key, id: idOf(key), do: 'add', sums: sumsOf(shape, columns) });
  }
}

/** The table of folds is typed by event name; an event's own type picks the fold that takes it. */
function callFold(model: ReadModel, event: Recorded<Event>, rows: Rows<string>): void {
  const folds: { readonly [name: string]: unknown } = model.on;
  const fold = folds[event.type];
  if (typeof fold === 'function') fold(event, rows);
}

function sumsOf(shape: Shape, columns: Readonly<Record<string, number>>): Record<string, number> {
  const known = new Set(counterColumns(shape).map(({ name }) => name));
  for (const [name, value] of Object.entries(columns)) {
    if (!known.has(name)) throw new ModelMistake(`The table ${shape.table} has no counter ${name}`);
    if (!Number.isFinite(value)) throw new TypeError(`${shape.table}.${name}: ${value} cannot be added`);
  }
  return { ...columns };
}

function shapeOf(shapes: Shapes, table: string, kind: TableSpec['kind']): Shape {
  const shape = shapes.get(table);
  if (!shape) throw new ModelMistake(`The read model has no table ${table}`);
  if (shape.kind !== kind) throw new ModelMistake(`${table} is a table of ${shape.kind}`);
  return shape;
}
