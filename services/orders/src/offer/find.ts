import type { Instant } from '@dabba/contracts';
import { askTogether, column, type PreparedStatement } from '@dabba/event-store';
import type { Pool, QueryResultRow } from 'pg';
import type { ItemRow, OutletRow, VendorRow } from '../read-models/catalog-copy.ts';
import { busyUntil } from '../read-models/kitchen-load.ts';
import { type Item, itemOf, type Offer, type Outlet, outletOf, vendorOf } from './offer.ts';

/** What this outlet offers of these items now; undefined where there is no such outlet. */
export async function findOffer(
  pool: Pool,
  outletId: string,
  itemIds: readonly string[],
  now: Instant,
): Promise<Offer | undefined> {
  const [[place] = [], [seller] = [], [rate] = [], [busy] = [], found = []] = await askTogether(pool, [
    outletAt(outletId),
    vendorAt(outletId),
    taxAt(outletId, now),
    busyUntil(outletId, now),
    ...(itemIds.length > 0 ? [itemsAmong(itemIds)] : []),
  ]);
  const outlet = readOutlet(place);
  if (!outlet || !seller) return undefined;
  const vendor: VendorRow = seller.vendor;
  const tax = rate && { jurisdiction: String(rate.jurisdiction), ratePpm: Number(rate.rate_ppm) };
  const ready: Date | null | undefined = busy?.ready_at;
  const items = found.map(readItem(outletId));
  return {
    ...{ outlet, vendor: vendorOf(vendor), tax: tax ?? null, busyUntil: ready?.getTime() ?? null },
    items: new Map(items.map((item) => [item.itemId, item])),
  };
}

/** Where something is sold, whether or not it is sold there now, to be read by {@link readOutlet}. */
export function outletAt(outletId: string): PreparedStatement {
  return {
    text: 'select to_jsonb(o) as outlet, closed_until from copied_outlets o where outlet_id = $1',
    values: [outletId],
  };
}

export function readOutlet(found: QueryResultRow | undefined): Outlet | undefined {
  if (!found) return undefined;
  const row: OutletRow = { ...found.outlet, closed_until: found.closed_until };
  return outletOf(row);
}

export async function findOutlet(pool: Pool, outletId: string): Promise<Outlet | undefined> {
  const [[outlet] = []] = await askTogether(pool, [outletAt(outletId)]);
  return readOutlet(outlet);
}

function vendorAt(outletId: string): PreparedStatement {
  return {
    text: 'select to_jsonb(v) as vendor from copied_outlets join copied_vendors v using (vendor_id) where outlet_id = $1',
    values: [outletId],
  };
}

function taxAt(outletId: string, now: Instant): PreparedStatement {
  return {
    text: `select r.jurisdiction, r.rate_ppm from copied_outlets join copied_tax_rates r using (jurisdiction)
            where outlet_id = $1 and valid_from <= $2 order by valid_from desc, r.version desc limit 1`,
    values: [outletId, new Date(now).toISOString()],
  };
}

function itemsAmong(itemIds: readonly string[]): PreparedStatement {
  return {
    text: `select to_jsonb(i) as item, m.active, m.outlet_ids from copied_items i left join copied_menus m using (menu_id)
            where item_id = any ($1::text[])`,
    values: [column.text([...new Set(itemIds)])],
  };
}

function readItem(outletId: string): (found: QueryResultRow) => Item {
  return ({ item, active, outlet_ids }) => {
    const row: ItemRow = item;
    const soldAt: readonly string[] = outlet_ids ?? [];
    return itemOf(row, active === true && (soldAt.length === 0 || soldAt.includes(outletId)));
  };
}
