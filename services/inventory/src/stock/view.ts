import type { Static } from 'typebox';
import type { StockView } from '../schemas.ts';
import { availableOf, type CountedStock, onShelf, sum } from './stock.ts';

export function stockView(stock: CountedStock): Static<typeof StockView> {
  const { outletId, stockItemId, vendorId, onHand, threshold, low, out, byHand } = stock;
  return {
    ...{ outlet_id: outletId, stock_item_id: stockItemId, vendor_id: vendorId },
    ...{ on_shelf: onShelf(stock), on_hand: onHand, held: sum(stock.held), taken: sum(stock.taken) },
    ...{ available: byHand ? 0 : availableOf(stock), threshold, low, out, by_hand: byHand },
  };
}
