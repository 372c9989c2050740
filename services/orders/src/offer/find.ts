import type { Instant } from '@dabba/contracts';
import { askTogether, column, type PreparedStatement } from '@dabba/event-store';
import type { Pool, QueryResultRow } from 'pg';
import type { ItemRow, OutletRow, VendorRow } from '../read-models/catalog-copy.ts';
import { busyUntil } from '../read-models/kitchen-load.ts';
import { type Item, itemOf, type Offer, type Outlet, outletOf, vendorOf } from './offer.ts';

/** What this outlet offers of these items now, by one look; undefined where there is no such outlet. */
export async function findOffer(
  pool: Pool,
  outletId: string,
  itemIds: readonly string[],
  now: Instant,
): Promise<Offer | undefined> {
  const [[found] = []] = await askTogether(pool, [offerAt(outletId, itemIds, now)]);
  const outlet = readOutlet(found);
  if (!found || !outlet || !found.vendor) return undefined;
  const vendor: VendorRow = found.vendor;
  const ready: Date | null = found.ready_at;
  const rows: readonly FoundItem[] = found.items ?? [];
  const items = rows.map(readItem(outletId));
  return {
    ...{ outlet, vendor: vendorOf(vendor), tax: found.tax, busyUntil: ready?.getTime() ?? null },
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

interface FoundItem {
  item: ItemRow;
  active: boolean | null;
  outlet_ids: readonly string[] | null;
}

function offerAt(outletId: string, itemIds: readonly string[], now: Instant): PreparedStatement {
  return {
    text: `select to_jsonb(o) as outlet, o.closed_until, to_jsonb(v) as vendor,
                  (select jsonb_build_object('jurisdiction', r.jurisdiction, 'ratePpm', r.rate_ppm) from copied_tax_rates r
                    where r.jurisdiction = o.jurisdiction and valid_from <= $3
                    order by valid_from desc, r.version desc limit 1) as tax,
                  (${busyUntil('o.outlet_id', '$3')}) as ready_at,
                  (select jsonb_agg(jsonb_build_object('item', to_jsonb(i), 'active', m.active, 'outlet_ids', m.outlet_ids))
                     from copied_items i left join copied_menus m using (menu_id) where item_id = any ($2::text[])) as items
             from copied_outlets o left join copied_vendors v using (vendor_id) where o.outlet_id = $1`,
    values: [outletId, column.text([...new Set(itemIds)]), new Date(now).toISOString()],
  };
}

function readItem(outletId: string): (found: FoundItem) => Item {
  return ({ item, active, outlet_ids }) => {
    const soldAt = outlet_ids ?? [];
    return itemOf(item, active === true && (soldAt.length === 0 || soldAt.includes(outletId)));
  };
}
