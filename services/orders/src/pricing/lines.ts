import { isRefusal, type Refusal } from '@dabba/event-store';
import { faulty } from '../offer/faulty.ts';
import type { Offer } from '../offer/offer.ts';
import type { Placed } from '../order/order.ts';
import { chosen, type Wished } from './choices.ts';

export interface WishedItem {
  lineId: string;
  itemId: string;
  quantity: number;
  choices: readonly Wished[];
  /** In the customer's own words: beside the order, never in it. */
  note?: string | undefined;
}

type Line = Placed['lines'][number];

/** Each line with the one version of its item that prices it; 422 or 409 with a pointer where something cannot be had. */
export function linesOf(
  { items, vendor }: Pick<Offer, 'items' | 'vendor'>,
  wished: readonly WishedItem[],
  currency: string,
): readonly Line[] | Refusal {
  const lines: Line[] = [];
  for (const [index, { lineId, itemId, quantity, choices }] of wished.entries()) {
    const at = `#/items/${index}`;
    const item = items.get(itemId);
    if (!item || item.vendorId !== vendor.vendorId)
      return faulty('item-unknown', `${at}/menu_item_id`, `${vendor.name} does not sell ${itemId}`);
    if (!item.available || item.currency !== currency)
      return faulty('item-unavailable', `${at}/menu_item_id`, `${item.name} is not to be had here now`, 409);
    const taken = chosen(item, choices, at);
    if (isRefusal(taken)) return taken;
    const unitPrice = taken.reduce((sum, { price }) => sum + price, item.price);
    lines.push({
      ...{ lineId, itemId, itemVersion: item.version, name: item.name, quantity, unitPrice },
      ...{
        total: unitPrice * quantity,
        choices: taken,
        station: item.station,
        prepSeconds: item.prepSeconds,
      },
      stock: item.recipe.map((part) => ({
        stockItemId: part.stockItemId,
        quantity: part.quantity * quantity,
      })),
    });
  }
  return lines;
}
