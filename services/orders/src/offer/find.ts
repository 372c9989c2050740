import type { Instant } from '@dabba/contracts';
import type { Knex } from 'knex';
import type { ItemRow, MenuRow, OutletRow, TaxRateRow, VendorRow } from '../read-models/catalog-copy.ts';
import { busyUntil } from '../read-models/kitchen-load.ts';
import { itemOf, type Offer, outletOf, vendorOf } from './offer.ts';

/** What this outlet offers of these items now; undefined where there is no such outlet. */
export async function findOffer(
  db: Knex,
  outletId: string,
  itemIds: readonly string[],
  now: Instant,
): Promise<Offer | undefined> {
  const [place, found, busy] = await Promise.all([
    findPlace(db, outletId, now),
    db<ItemRow>('copied_items')
      .leftJoin<ItemRow, MenuRow>('copied_menus as menu', 'menu.menu_id', 'copied_items.menu_id')
      .whereIn('item_id', [...new Set(itemIds)])
      .select<(ItemRow & { active: boolean | null; outlet_ids: readonly string[] | null })[]>(
        'copied_items.*',
        'menu.active',
        'menu.outlet_ids',
      ),
    busyUntil(db, outletId, now),
  ]);
  if (!place) return undefined;
  const items = found.map((row) => {
    const soldAt = row.outlet_ids ?? [];
    return itemOf(row, row.active === true && (soldAt.length === 0 || soldAt.includes(outletId)));
  });
  return { ...place, items: new Map(items.map((item) => [item.itemId, item])), busyUntil: busy };
}

type Place = OutletRow & {
  vendor_name: string;
  approved: boolean;
  auto_accept: boolean;
  rate_ppm: string | null;
};

async function findPlace(db: Knex, outletId: string, now: Instant) {
  const rate = db<TaxRateRow>('copied_tax_rates')
    .whereRaw('jurisdiction = o.jurisdiction')
    .andWhere('valid_from', '<=', new Date(now))
    .orderBy([
      { column: 'valid_from', order: 'desc' },
      { column: 'version', order: 'desc' },
    ])
    .limit(1)
    .select('rate_ppm')
    .as('rate_ppm');
  const row: Place | undefined = await db('copied_outlets as o')
    .join('copied_vendors as v', 'v.vendor_id', 'o.vendor_id')
    .where('o.outlet_id', outletId)
    .first('o.*', 'v.name as vendor_name', 'v.approved', 'v.auto_accept', rate);
  const outlet = row && outletOf(row);
  if (!row || !outlet) return undefined;
  const { vendor_name: name, approved, auto_accept, jurisdiction, rate_ppm } = row;
  const vendor: VendorRow = { vendor_id: outlet.vendorId, name, approved, auto_accept };
  const tax = rate_ppm === null || jurisdiction === null ? null : { jurisdiction, ratePpm: Number(rate_ppm) };
  return { outlet, vendor: vendorOf(vendor), tax };
}

/** Where something is sold, whether or not it is sold there now. */
export async function findOutlet(db: Knex, outletId: string) {
  const row = await db<OutletRow>('copied_outlets').where({ outlet_id: outletId }).first('*');
  return row && outletOf(row);
}
