import type { Event, Metro } from '@dabba/contracts';
import { isRefusal, type Refusal, type StreamRef } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { decideItem } from '../item/decide.ts';
import { itemRef } from '../item/item.ts';
import { decideMenu } from '../menu/decide.ts';
import { menuRef } from '../menu/menu.ts';
import { decideOutlet } from '../outlet/decide.ts';
import { outletRef } from '../outlet/outlet.ts';
import { decideTax } from '../tax/decide.ts';
import { taxRef } from '../tax/tax.ts';
import { decideVendor } from '../vendor/decide.ts';
import { vendorRef } from '../vendor/vendor.ts';
import { alwaysOpen, type PlannedOutlet, type PlannedVendor, plannedVendors, taxOf } from './plan.ts';

type Deps = Pick<StoreDeps, 'store' | 'region' | 'now'>;

/** Vendors, stores, trucks and menus of every metro, the sample of S2-ORD-01 among them; what is there stays as it is. */
export async function seedCatalog(deps: Deps): Promise<void> {
  for (const metro of deps.region.metros) {
    await seedTax(deps, metro);
    for (const vendor of plannedVendors(metro)) await seedVendor(deps, metro, vendor);
  }
}

async function seedTax(deps: Deps, metro: Metro): Promise<void> {
  const { jurisdiction, ratePpm } = taxOf(metro);
  const command = {
    do: 'set-rate',
    jurisdiction,
    ratePpm,
    validFrom: Date.UTC(2026, 0, 1),
    now: deps.now(),
  } as const;
  await once(deps, taxRef(jurisdiction, metro.id), (tax) =>
    tax.rates.length === 0 ? decideTax(tax, command) : [],
  );
}

async function seedVendor(deps: Deps, metro: Metro, vendor: PlannedVendor): Promise<void> {
  const { id: vendorId, name, description, menuId } = vendor;
  const now = deps.now();
  const known = { vendorId, now };
  await once(deps, vendorRef(vendorId, metro.id), (state) => {
    if (state !== null) return [];
    return decideVendor(state, {
      do: 'apply',
      ...known,
      metro: metro.id,
      name,
      description,
      logoUrl: null,
      phone: null,
    });
  });
  await once(deps, vendorRef(vendorId, metro.id), (state) =>
    state?.status === 'APPLIED' ? decideVendor(state, { do: 'approve', ...known }) : [],
  );
  for (const outlet of vendor.outlets) await seedOutlet(deps, metro, vendorId, outlet);
  await once(deps, menuRef(menuId, metro.id), (menu) => {
    if (menu !== null) return [];
    return decideMenu(menu, {
      do: 'begin',
      menuId,
      vendorId,
      as: { name: 'All day', active: true, outletIds: [] },
      now,
    });
  });
  for (const { id: itemId, as } of vendor.items)
    await once(deps, itemRef(itemId, metro.id), (item) => {
      if (item !== null) return [];
      const { currency } = metro;
      return decideItem(item, { do: 'add', itemId, vendorId, currency, as: { ...as, menuId }, now });
    });
}

async function seedOutlet(deps: Deps, metro: Metro, vendorId: string, outlet: PlannedOutlet): Promise<void> {
  const { id: outletId, kind, as, delivery } = outlet;
  const ref = outletRef(outletId, metro.id);
  const now = deps.now();
  await once(deps, ref, (state) =>
    state === null
      ? decideOutlet(state, { do: 'open-up', outletId, vendorId, kind, zone: metro.zone, as, now })
      : [],
  );
  await once(deps, ref, (state) => {
    if (!state || state.spans.length > 0) return [];
    return decideOutlet(state, {
      do: 'set-hours',
      outletId,
      hours: { spans: alwaysOpen(as.campus), exceptions: [] },
      now,
    });
  });
  await once(deps, ref, (state) => {
    if (!state || state.delivery.length > 0) return [];
    return decideOutlet(state, { do: 'set-delivery', outletId, zones: delivery, now });
  });
}

async function once<S, E extends Event>(
  { store, now }: Deps,
  ref: StreamRef<S, E>,
  decide: (state: S) => readonly E[] | Refusal,
): Promise<void> {
  const outcome = await store.execute(ref, decide, { actor: 'seed', now: now() });
  if (isRefusal(outcome)) throw new Error(`${ref.id}: ${outcome.detail}`);
}
