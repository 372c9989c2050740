import type { Recorded } from '@dabba/contracts';
import { type Item, type ItemEvent, itemStream } from '../item/item.ts';
import { type Menu, type MenuEvent, menuStream } from '../menu/menu.ts';
import { type Outlet, type OutletEvent, outletStream } from '../outlet/outlet.ts';
import type { CatalogRow } from '../read-models/catalog-rows.ts';
import { type Tax, type TaxEvent, taxStream } from '../tax/tax.ts';
import { type Vendor, type VendorEvent, vendorStream } from '../vendor/vendor.ts';
import { Entries, type Entry } from './entry.ts';

/** The whole catalog in the memory of this replica: small (a city's menus), and what nearly every request wants. */
export class Shelf {
  readonly vendors = new Entries<Vendor, Recorded<VendorEvent>>(vendorStream);
  readonly outlets = new Entries<Outlet, Recorded<OutletEvent>>(outletStream);
  readonly menus = new Entries<Menu, Recorded<MenuEvent>>(menuStream);
  readonly items = new Entries<Item, Recorded<ItemEvent>>(itemStream);
  readonly taxes = new Entries<Tax, Recorded<TaxEvent>>(taxStream);
  /** Vendor → ids of what it has. */
  readonly #ofVendor = new Map<string, Set<string>>();
  readonly #changed: (vendorId: string) => void;

  /** @param changed told of every vendor of which something is different now */
  constructor(changed: (vendorId: string) => void = () => {}) {
    this.#changed = changed;
  }

  apply(event: Recorded): void {
    switch (event.type) {
      case 'VendorApplied':
      case 'VendorApproved':
      case 'VendorChanged':
      case 'VendorSuspended':
        this.#note(this.vendors.apply(event), event.data.vendorId);
        return;
      case 'OutletDefined':
      case 'OutletHoursSet':
      case 'OutletDeliverySet':
      case 'OutletClosed':
      case 'OutletReopened':
      case 'OutletRemoved':
        this.#note(this.outlets.apply(event), event.data.vendorId);
        return;
      case 'MenuDefined':
        this.#note(this.menus.apply(event), event.data.vendorId);
        return;
      case 'MenuItemDefined':
      case 'MenuItemRemoved':
        this.#note(this.items.apply(event), event.data.vendorId);
        return;
      case 'TaxRateSet':
        this.taxes.apply(event);
        return;
      default:
    }
  }

  /** What a command of this replica has just made of a thing; others hear of it through the topic. */
  learn<S extends object | null>(entries: { learn(entry: Entry<S>): boolean }, entry: Entry<S>): void {
    if (entries.learn(entry)) this.#note(entry, ownerOf(entry));
  }

  /** What the read model kept of a thing. */
  restore(row: CatalogRow): void {
    const kinds = [this.vendors, this.outlets, this.menus, this.items, this.taxes];
    const entries = kinds.find(({ kind }) => kind === row.kind);
    const state = JSON.parse(JSON.stringify(row.state));
    entries?.learn({ id: row.id, version: row.version, state });
    if (entries !== this.taxes) this.#note(row, ownerOf({ id: row.id, state }));
  }

  outletsOf(vendorId: string): Entry<NonNullable<Outlet>>[] {
    return this.#theirs(vendorId, this.outlets).filter(({ state }) => !state.removed);
  }

  menusOf(vendorId: string): Entry<NonNullable<Menu>>[] {
    return this.#theirs(vendorId, this.menus);
  }

  itemsOf(vendorId: string): Entry<NonNullable<Item>>[] {
    return this.#theirs(vendorId, this.items).filter(({ state }) => !state.removed);
  }

  #theirs<S, E extends Recorded>(vendorId: string, entries: Entries<S, E>): Entry<NonNullable<S>>[] {
    return [...(this.#ofVendor.get(vendorId) ?? [])].flatMap((id) => {
      const entry = entries.get(id);
      return entry && isThere(entry) ? [entry] : [];
    });
  }

  #note(entry: { id: string } | undefined, vendorId: string): void {
    if (!entry) return;
    const theirs = this.#ofVendor.get(vendorId) ?? new Set();
    theirs.add(entry.id);
    this.#ofVendor.set(vendorId, theirs);
    this.#changed(vendorId);
  }
}

function isThere<S>(entry: Entry<S>): entry is Entry<NonNullable<S>> {
  return entry.state !== null && entry.state !== undefined;
}

/** The vendor a thing belongs to; a vendor is its own. */
function ownerOf({ id, state }: { id: string; state: object | null }): string {
  if (state !== null && 'vendorId' in state && typeof state.vendorId === 'string') return state.vendorId;
  return id;
}
