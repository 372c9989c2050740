import { defineReadModel, type Row, type Rows } from '@dabba/projections';
import type { Knex } from 'knex';

const amounts = ['on_hand', 'held', 'taken', 'corrected', 'restocked', 'wasted', 'sold', 'returned'] as const;
type Amount = (typeof amounts)[number];

/**
 * What every outlet has, and how it came to it: `on_hand` = corrected + restocked − wasted − sold + returned, where
 * `corrected` is what counts found above what was believed, `sold` what paid orders took.
 */
export const stockList = defineReadModel({
  name: 'stock-list',
  topics: ['inventory'],
  tables: {
    stock_list: {
      kind: 'rows',
      key: ['outlet_id', 'stock_item_id'],
      create(table) {
        table.text('outlet_id').notNullable();
        table.text('stock_item_id').notNullable();
        table.text('vendor_id').notNullable();
        for (const amount of amounts) table.bigInteger(amount).notNullable();
        table.bigInteger('threshold');
        table.boolean('low').notNullable();
        table.boolean('out').notNullable();
        table.boolean('by_hand').notNullable();
        table.text('reason');
        table.primary(['outlet_id', 'stock_item_id']);
      },
    },
  },
  on: {
    StockCounted({ data }, rows) {
      const { outletId, stockItemId, vendorId, counted, expected } = data;
      const difference = counted - expected;
      const key = { outlet_id: outletId, stock_item_id: stockItemId };
      rows.change('stock_list', key, (row) =>
        added(row ?? { ...key, ...empty, vendor_id: vendorId }, {
          on_hand: difference,
          corrected: difference,
        }),
      );
    },
    StockRestocked: (event, rows) =>
      add(event, rows, ({ quantity }) => ({ on_hand: quantity, restocked: quantity })),
    StockWasted: (event, rows) =>
      add(event, rows, ({ quantity }) => ({ on_hand: -quantity, wasted: quantity })),
    StockHeld: (event, rows) => add(event, rows, ({ quantity }) => ({ held: quantity })),
    StockFreed: (event, rows) => add(event, rows, ({ quantity }) => ({ held: -quantity })),
    StockTaken: (event, rows) =>
      add(event, rows, ({ quantity }) => ({
        on_hand: -quantity,
        held: -quantity,
        taken: quantity,
        sold: quantity,
      })),
    StockReturned: (event, rows) =>
      add(event, rows, ({ quantity }) => ({ on_hand: quantity, taken: -quantity, returned: quantity })),
    StockUsed: (event, rows) => add(event, rows, ({ quantity }) => ({ taken: -quantity })),
    StockThresholdSet: (event, rows) =>
      patch(event, rows, (row) => ({ threshold: event.data.threshold, low: row.low ?? false })),
    StockLow: (event, rows) => patch(event, rows, () => ({ low: true })),
    StockOut: (event, rows) =>
      patch(event, rows, () => ({ out: true, by_hand: event.data.byHand, reason: event.data.reason })),
    StockBack: (event, rows) => patch(event, rows, () => ({ out: false, by_hand: false, reason: null })),
  },
});

interface OfStock {
  outletId: string;
  stockItemId: string;
}

const empty: Row = {
  ...{ on_hand: 0, held: 0, taken: 0, corrected: 0, restocked: 0, wasted: 0, sold: 0, returned: 0 },
  ...{ threshold: null, low: false, out: false, by_hand: false, reason: null },
};

function add<D extends OfStock>(
  { data }: { data: D },
  rows: Rows<'stock_list'>,
  amountsOf: (data: D) => Partial<Record<Amount, number>>,
): void {
  patch({ data }, rows, (row) => added(row, amountsOf(data)));
}

function patch(
  { data: { outletId, stockItemId } }: { data: OfStock },
  rows: Rows<'stock_list'>,
  to: (row: Row) => Row,
): void {
  const key = { outlet_id: outletId, stock_item_id: stockItemId };
  rows.change('stock_list', key, (row) => {
    if (!row) throw new Error(`${stockItemId} was never counted at ${outletId}`);
    return stillLow({ ...row, ...to(row) });
  });
}

function added(row: Row, amounts: Partial<Record<Amount, number>>): Row {
  const sums = Object.entries(amounts).map(
    ([name, amount]) => [name, Number(row[name] ?? 0) + amount] as const,
  );
  return stillLow({ ...row, ...Object.fromEntries(sums) });
}

/** The alert ends by itself when there is enough again. */
function stillLow(row: Row): Row {
  const enough = row.threshold === null || Number(row.on_hand) - Number(row.held) >= Number(row.threshold);
  return enough ? { ...row, low: false } : row;
}

export interface StockRow extends Record<Amount, number> {
  outlet_id: string;
  stock_item_id: string;
  vendor_id: string;
  threshold: number | null;
  low: boolean;
  out: boolean;
  by_hand: boolean;
  reason: string | null;
}

/** By stock item, from the first one after `after`. */
export async function stockAt(
  db: Knex,
  outletId: string,
  { low, after, limit }: { low?: boolean; after?: string; limit: number },
): Promise<StockRow[]> {
  const query = db('stock_list').where({ outlet_id: outletId }).orderBy('stock_item_id').limit(limit);
  if (low !== undefined) query.where({ low });
  if (after !== undefined) query.where('stock_item_id', '>', after);
  return await query.select(
    'outlet_id',
    'stock_item_id',
    'vendor_id',
    ...[...amounts, 'threshold'].map((name) => db.raw('??::float8 as ??', [name, name])),
    ...['low', 'out', 'by_hand', 'reason'],
  );
}
