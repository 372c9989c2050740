import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';

/** Whose outlet it is, from the catalog: who may count there. */
export const outlets = defineReadModel({
  name: 'outlets',
  topics: ['catalog'],
  tables: {
    outlets: {
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
    OutletDefined({ data: { outletId, vendorId }, meta: { metro } }, rows) {
      rows.put('outlets', { outlet_id: outletId, vendor_id: vendorId, metro });
    },
  },
});

export interface OutletRow {
  outlet_id: string;
  vendor_id: string;
  metro: string;
}

export async function outletOf(db: Knex, outletId: string): Promise<OutletRow | undefined> {
  return await db<OutletRow>('outlets').where({ outlet_id: outletId }).first();
}
