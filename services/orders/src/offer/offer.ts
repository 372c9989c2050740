import type { Instant } from '@dabba/contracts';
import type { ItemRow, OutletRow, VendorRow } from '../read-models/catalog-copy.ts';

/** Where something is sold, with all that is known of it. */
export interface Outlet {
  outletId: string;
  vendorId: string;
  metro: string;
  kind: 'STORE' | 'TRUCK' | 'UNKNOWN';
  name: string;
  /** IANA. */
  zone: string;
  campus: string | null;
  latitude: number | null;
  longitude: number | null;
  slotMinutes: number;
  slotQuantity: number;
  hours: Pick<OutletRow, 'spans' | 'exceptions'>;
  delivery: OutletRow['delivery'];
  /** Closed out of its hours; `until` null: until it is reopened. */
  closed: null | { until: Instant | null };
}

export interface Item {
  itemId: string;
  vendorId: string;
  version: number;
  name: string;
  /** Minor units. */
  price: number;
  currency: string;
  prepSeconds: number;
  station: string;
  /** It is, its menu is shown, and that menu is sold at this outlet. */
  available: boolean;
  modifiers: ItemRow['modifiers'];
  recipe: ItemRow['recipe'];
}

/** All that an order at an outlet is priced by. */
export interface Offer {
  vendor: { vendorId: string; name: string; approved: boolean; autoAccept: boolean };
  outlet: Outlet;
  items: ReadonlyMap<string, Item>;
  /** The rate that holds now; null: nobody set one. */
  tax: null | { jurisdiction: string; ratePpm: number };
  /** When the kitchen has done what it has begun; null: it has nothing to do. */
  busyUntil: Instant | null;
}

export function outletOf(row: OutletRow): Outlet | undefined {
  const {
    vendor_id: vendorId,
    kind,
    name,
    zone,
    slot_minutes: slotMinutes,
    slot_quantity: slotQuantity,
  } = row;
  if (vendorId === null || name === null || zone === null || slotMinutes === null || slotQuantity === null)
    return undefined;
  const { outlet_id: outletId, metro, campus, latitude, longitude, delivery, spans, exceptions } = row;
  const closed = row.closed ? { until: row.closed_until?.getTime() ?? null } : null;
  return {
    ...{ outletId, vendorId, metro, kind: kind ?? 'UNKNOWN', name, zone, campus, latitude, longitude },
    ...{ slotMinutes, slotQuantity, hours: { spans, exceptions }, delivery, closed },
  };
}

export function vendorOf(row: VendorRow): Offer['vendor'] {
  const { vendor_id: vendorId, name, approved, auto_accept: autoAccept } = row;
  return { vendorId, name, approved, autoAccept };
}

/** @param shown whether its menu is shown at the outlet in question */
export function itemOf(row: ItemRow, shown: boolean): Item {
  const { item_id: itemId, vendor_id: vendorId, version, name, currency, prep_seconds: prepSeconds } = row;
  const { station, modifiers, recipe } = row;
  const about = { itemId, vendorId, version, name, currency, prepSeconds, station, modifiers, recipe };
  return { ...about, price: Number(row.price), available: row.available && shown };
}
