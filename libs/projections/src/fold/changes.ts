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

/** What the model's fold says about one event. Throws what the fold throws. */
export function changesOf(model: ReadModel, shapes: Shapes, event: Recorded): Change[] {
  const changes: Change[] = [];
  callFold(model, event, recorder(shapes, changes));
  return changes;
}

/** The table of folds is typed by event name; an event's own type picks the fold that takes it. */
function callFold(model: ReadModel, event: Recorded<Event>, rows: Rows<string>): void {
  const folds: { readonly [name: string]: unknown } = model.on;
  const fold = folds[event.type];
  if (typeof fold === 'function') fold(event, rows);
}

function recorder(shapes: Shapes, changes: Change[]): Rows<string> {
  const place = (table: string, key: Row, kind: TableSpec['kind']) => {
    const shape = shapeOf(shapes, table, kind);
    const cells = keyCells(shape, key);
    return { shape, at: { table, key: cells, id: idOf(cells) } };
  };
  return {
    put(table, row) {
      const { shape, at } = place(table, row, 'rows');
      changes.push({ ...at, do: 'put', row: wholeRow(shape, row) });
    },
    patch(table, key, columns) {
      const { shape, at } = place(table, key, 'rows');
      changes.push({ ...at, do: 'patch', columns: someColumns(shape, columns) });
    },
    change(table, key, to) {
      const { shape, at } = place(table, key, 'rows');
      changes.push({
        ...at,
        do: 'change',
        to(before) {
          const after = to(before);
          return after && wholeRow(shape, after);
        },
      });
    },
    remove(table, key) {
      changes.push({ ...place(table, key, 'rows').at, do: 'remove' });
    },
    add(table, key, columns) {
      const { shape, at } = place(table, key, 'counters');
      changes.push({ ...at, do: 'add', sums: sumsOf(shape, columns) });
    },
  };
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
