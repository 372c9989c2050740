import type { Event, Recorded } from '@dabba/contracts';
import type { StreamType } from '@dabba/event-store';
import { type Cell, defineReadModel, type Rows } from '@dabba/projections';
import type { Knex } from 'knex';
import { itemStream } from '../item/item.ts';
import { menuStream } from '../menu/menu.ts';
import { outletStream } from '../outlet/outlet.ts';
import { taxStream } from '../tax/tax.ts';
import { vendorStream } from '../vendor/vendor.ts';

/** Everything there is as of now, so that a replica begins with it before it has read the topic. */
export const catalogRows = defineReadModel({
  name: 'catalog-rows',
  revision: 2,
  topics: ['catalog'],
  tables: {
    catalog_rows: {
      kind: 'rows',
      key: ['id'],
      create(table) {
        table.text('id').primary();
        table.text('kind').notNullable();
        table.integer('version').notNullable();
        table.jsonb('state').notNullable();
      },
    },
  },
  on: {
    VendorApplied: (event, rows) => fold(vendorStream, event, rows),
    VendorApproved: (event, rows) => fold(vendorStream, event, rows),
    VendorChanged: (event, rows) => fold(vendorStream, event, rows),
    VendorSuspended: (event, rows) => fold(vendorStream, event, rows),
    OutletDefined: (event, rows) => fold(outletStream, event, rows),
    OutletHoursSet: (event, rows) => fold(outletStream, event, rows),
    OutletDeliverySet: (event, rows) => fold(outletStream, event, rows),
    OutletClosed: (event, rows) => fold(outletStream, event, rows),
    OutletReopened: (event, rows) => fold(outletStream, event, rows),
    OutletRemoved: (event, rows) => fold(outletStream, event, rows),
    MenuDefined: (event, rows) => fold(menuStream, event, rows),
    MenuItemDefined: (event, rows) => fold(itemStream, event, rows),
    MenuItemRemoved: (event, rows) => fold(itemStream, event, rows),
    TaxRateSet: (event, rows) => fold(taxStream, event, rows),
  },
});

/** The state row again, from the events: what the service decides on is what it shows. */
function fold<S extends object | null, E extends Event>(
  type: StreamType<S, E>,
  event: Recorded<E>,
  rows: Rows<'catalog_rows'>,
): void {
  const { stream: id, version } = event.meta;
  rows.change('catalog_rows', { id }, (row) => {
    const before: S = row ? JSON.parse(JSON.stringify(row.state)) : type.initial();
    const state: Cell = Object.fromEntries(Object.entries(type.evolve(before, event) ?? {}));
    return { id, kind: type.name, version, state };
  });
}

export interface CatalogRow {
  id: string;
  kind: string;
  version: number;
  state: unknown;
}

export function readCatalog(db: Knex): Promise<CatalogRow[]> {
  return db<CatalogRow>('catalog_rows').select('id', 'kind', 'version', 'state');
}
