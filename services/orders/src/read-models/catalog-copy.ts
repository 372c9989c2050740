import type { Events } from '@dabba/contracts';
import { defineReadModel, type Row, type Rows } from '@dabba/projections';

type Tables = 'copied_vendors' | 'copied_outlets' | 'copied_items' | 'copied_menus' | 'copied_tax_rates';

export interface VendorRow {
  vendor_id: string;
  name: string;
  /** Whether it may sell. */
  approved: boolean;
  auto_accept: boolean;
}

export interface OutletRow {
  outlet_id: string;
  metro: string;
  /** Null until it is defined: hours may be told first. */
  vendor_id: string | null;
  kind: Events['OutletDefined']['kind'] | null;
  name: string | null;
  zone: string | null;
  campus: string | null;
  latitude: number | null;
  longitude: number | null;
  slot_minutes: number | null;
  slot_quantity: number | null;
  jurisdiction: string | null;
  spans: Events['OutletHoursSet']['spans'];
  exceptions: Events['OutletHoursSet']['exceptions'];
  delivery: Events['OutletDeliverySet']['zones'];
  closed: boolean;
  closed_until: Date | null;
}

export interface ItemRow {
  item_id: string;
  vendor_id: string;
  menu_id: string;
  version: number;
  name: string;
  /** Minor units, as Postgres gives a bigint. */
  price: string;
  currency: string;
  prep_seconds: number;
  station: string;
  available: boolean;
  modifiers: Events['MenuItemDefined']['modifiers'];
  recipe: Events['MenuItemDefined']['recipe'];
}

export interface MenuRow {
  menu_id: string;
  active: boolean;
  outlet_ids: readonly string[];
}

export interface TaxRateRow {
  jurisdiction: string;
  version: number;
  rate_ppm: string;
  valid_from: Date;
}

/** What orders has to know of the catalog to price without asking anybody. An item is a row, so a price is of one version. */
export const catalogCopy = defineReadModel({
  name: 'orders-catalog-copy',
  topics: ['catalog'],
  tables: {
    copied_vendors: {
      kind: 'rows',
      key: ['vendor_id'],
      create(table) {
        table.text('vendor_id').primary();
        table.text('name').notNullable();
        table.boolean('approved').notNullable();
        table.boolean('auto_accept').notNullable();
      },
    },
    copied_outlets: {
      kind: 'rows',
      key: ['outlet_id'],
      create(table) {
        table.text('outlet_id').primary();
        table.text('metro').notNullable();
        table.text('vendor_id');
        table.text('kind');
        table.text('name');
        table.text('zone');
        table.text('campus');
        table.double('latitude');
        table.double('longitude');
        table.integer('slot_minutes');
        table.integer('slot_quantity');
        table.text('jurisdiction');
        table.jsonb('spans').notNullable().defaultTo('[]');
        table.jsonb('exceptions').notNullable().defaultTo('[]');
        table.jsonb('delivery').notNullable().defaultTo('[]');
        table.boolean('closed').notNullable().defaultTo(false);
        table.timestamp('closed_until');
      },
    },
    copied_items: {
      kind: 'rows',
      key: ['item_id'],
      create(table) {
        table.text('item_id').primary();
        table.text('vendor_id').notNullable();
        table.text('menu_id').notNullable();
        table.integer('version').notNullable();
        table.text('name').notNullable();
        table.bigInteger('price').notNullable();
        table.text('currency').notNullable();
        table.integer('prep_seconds').notNullable();
        table.text('station').notNullable();
        table.boolean('available').notNullable();
        table.jsonb('modifiers').notNullable();
        table.jsonb('recipe').notNullable();
      },
    },
    copied_menus: {
      kind: 'rows',
      key: ['menu_id'],
      create(table) {
        table.text('menu_id').primary();
        table.boolean('active').notNullable();
        table.jsonb('outlet_ids').notNullable();
      },
    },
    copied_tax_rates: {
      kind: 'rows',
      key: ['jurisdiction', 'version'],
      create(table) {
        table.text('jurisdiction').notNullable();
        table.integer('version').notNullable();
        table.bigInteger('rate_ppm').notNullable();
        table.timestamp('valid_from').notNullable();
        table.primary(['jurisdiction', 'version']);
      },
    },
  },
  on: {
    VendorApplied: ({ data: { vendorId, name } }, rows) => vendor(rows, vendorId, { name }),
    VendorChanged: ({ data: { vendorId, name, autoAccept } }, rows) =>
      vendor(rows, vendorId, { name, auto_accept: autoAccept }),
    VendorApproved: ({ data: { vendorId } }, rows) => vendor(rows, vendorId, { approved: true }),
    VendorSuspended: ({ data: { vendorId } }, rows) => vendor(rows, vendorId, { approved: false }),
    OutletDefined({ data, meta: { metro } }, rows) {
      const { outletId, vendorId: vendor_id, kind, name, zone, campus, latitude, longitude } = data;
      const { slotMinutes: slot_minutes, slotQuantity: slot_quantity, jurisdiction } = data;
      const place = { vendor_id, kind, name, zone, campus, latitude, longitude, jurisdiction };
      outlet(rows, outletId, metro, { ...place, slot_minutes, slot_quantity });
    },
    OutletRemoved: ({ data: { outletId: outlet_id } }, rows) => rows.remove('copied_outlets', { outlet_id }),
    OutletHoursSet: ({ data: { outletId, spans, exceptions }, meta: { metro } }, rows) =>
      outlet(rows, outletId, metro, { spans, exceptions }),
    OutletDeliverySet: ({ data: { outletId, zones }, meta: { metro } }, rows) =>
      outlet(rows, outletId, metro, { delivery: zones }),
    OutletClosed: ({ data: { outletId, until }, meta: { metro } }, rows) =>
      outlet(rows, outletId, metro, { closed: true, closed_until: until === null ? null : new Date(until) }),
    OutletReopened: ({ data: { outletId }, meta: { metro } }, rows) =>
      outlet(rows, outletId, metro, { closed: false, closed_until: null }),
    MenuDefined: ({ data: { menuId, active, outletIds } }, rows) =>
      rows.put('copied_menus', { menu_id: menuId, active, outlet_ids: outletIds }),
    MenuItemDefined({ data }, rows) {
      const { itemId, vendorId, menuId, version, name, price, currency } = data;
      const { prepSeconds, station, available, modifiers, recipe } = data;
      rows.put('copied_items', {
        ...{ item_id: itemId, vendor_id: vendorId, menu_id: menuId, version, name, price, currency },
        ...{ prep_seconds: prepSeconds, station, available, modifiers, recipe },
      });
    },
    MenuItemRemoved: ({ data: { itemId: item_id } }, rows) => rows.remove('copied_items', { item_id }),
    TaxRateSet: ({ data: { jurisdiction, version, ratePpm, validFrom } }, rows) =>
      rows.put('copied_tax_rates', {
        ...{ jurisdiction, version, rate_ppm: ratePpm, valid_from: new Date(validFrom) },
      }),
  },
});

function vendor(rows: Rows<Tables>, vendor_id: string, columns: Row): void {
  const unheard = { vendor_id, name: '', approved: false, auto_accept: true };
  rows.change('copied_vendors', { vendor_id }, (row) => ({ ...unheard, ...row, ...columns }));
}

function outlet(rows: Rows<Tables>, outlet_id: string, metro: string, columns: Row): void {
  const unheard = {
    ...{
      outlet_id,
      metro,
      vendor_id: null,
      kind: null,
      name: null,
      zone: null,
      campus: null,
      latitude: null,
    },
    ...{ longitude: null, slot_minutes: null, slot_quantity: null, jurisdiction: null },
    ...{ spans: [], exceptions: [], delivery: [], closed: false, closed_until: null },
  };
  rows.change('copied_outlets', { outlet_id }, (row) => ({ ...unheard, ...row, ...columns }));
}
