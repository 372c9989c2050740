import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';

/** What inventory says is out where, by its count or by hand (86). */
export const outOfStock = defineReadModel({
  name: 'catalog-out-of-stock',
  topics: ['inventory'],
  // Whoever reads a menu is to see it within a second (S4-CCH).
  awaited: true,
  tables: {
    out_of_stock: {
      kind: 'rows',
      key: ['outlet_id', 'stock_item_id'],
      create(table) {
        table.text('outlet_id').notNullable();
        table.text('stock_item_id').notNullable();
        table.text('vendor_id').notNullable();
        table.primary(['outlet_id', 'stock_item_id']);
      },
    },
  },
  on: {
    StockOut: ({ data: { outletId: outlet_id, stockItemId: stock_item_id, vendorId: vendor_id } }, rows) =>
      rows.put('out_of_stock', { outlet_id, stock_item_id, vendor_id }),
    StockBack: ({ data: { outletId: outlet_id, stockItemId: stock_item_id } }, rows) =>
      rows.remove('out_of_stock', { outlet_id, stock_item_id }),
  },
});

export interface OutOfStockRow {
  outlet_id: string;
  stock_item_id: string;
  vendor_id: string;
}

export function readOutOfStock(db: Knex): Promise<OutOfStockRow[]> {
  return db<OutOfStockRow>('out_of_stock').select('outlet_id', 'stock_item_id', 'vendor_id');
}
