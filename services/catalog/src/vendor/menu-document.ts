import { itemView } from '../item/view.ts';
import { menuView } from '../menu/routes.ts';
import type { Parts } from '../parts.ts';
import type { Vendor } from './vendor.ts';

/** What a vendor sells, at one outlet or anywhere: active menus and what is on them, what is not to be had included. */
export function menuDocument(
  { shelf, soldOut }: Pick<Parts, 'shelf' | 'soldOut'>,
  vendorId: string,
  vendor: NonNullable<Vendor>,
  outletId?: string,
) {
  const menus = shelf
    .menusOf(vendorId)
    .filter(({ state: { active, outletIds } }) => {
      const here = outletId === undefined || outletIds.length === 0 || outletIds.includes(outletId);
      return active && here;
    })
    .sort(byId);
  const shown = new Set(menus.map(({ id }) => id));
  const items = shelf
    .itemsOf(vendorId)
    .filter(({ state }) => shown.has(state.menuId))
    .sort(byId);
  return {
    vendor_id: vendorId,
    vendor_name: vendor.name,
    ...(outletId !== undefined && { outlet_id: outletId }),
    menus: menus.map(({ id, state }) => menuView(id, state)),
    items: items.map((entry) => ({
      ...itemView(entry, entry.state),
      ...(outletId !== undefined && { sold_out: soldOut.isOut(outletId, entry.state) }),
    })),
  };
}

function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : 1;
}
