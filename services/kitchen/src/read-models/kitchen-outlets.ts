import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';

interface OutletRow {
  outlet_id: string;
  vendor_id: string;
  metro: string;
}

/** Whose kitchen is where. */
export const kitchenOutlets = defineReadModel({
  name: 'kitchen-outlets',
  topics: ['catalog'],
  tables: {
    kitchen_outlets: {
      kind: 'rows',
      key: ['outlet_id'],
      create(table) {
        table.text('outlet_id').primary();
        table.text('vendor_id').notNullable();
        table.text('metro').notNullable();
      },
    },
  },
  on: {
    OutletDefined: ({ data: { outletId, vendorId }, meta: { metro } }, rows) =>
      rows.put('kitchen_outlets', { outlet_id: outletId, vendor_id: vendorId, metro }),
  },
});

export function findOutlet(db: Knex, outletId: string): Promise<OutletRow | undefined> {
  return db<OutletRow>('kitchen_outlets').where({ outlet_id: outletId }).first('*');
}
