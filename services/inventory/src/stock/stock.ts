import type { Event, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type StockEvent = Event<
  | 'StockCounted'
  | 'StockRestocked'
  | 'StockWasted'
  | 'StockThresholdSet'
  | 'StockHeld'
  | 'StockFreed'
  | 'StockTaken'
  | 'StockReturned'
  | 'StockUsed'
  | 'StockShort'
  | 'StockLow'
  | 'StockOut'
  | 'StockBack'
>;

/** Units of one order. */
export interface Share {
  orderId: string;
  quantity: number;
}

/** One counted thing at one outlet. What lies on the shelf is `onHand` and what is taken but not yet used. */
export interface CountedStock {
  outletId: string;
  stockItemId: string;
  vendorId: string;
  /** For anybody and held: what is nobody's yet. */
  onHand: number;
  /** For orders that are not paid, the oldest first. */
  held: readonly Share[];
  /** For paid orders the kitchen has not begun, the oldest first: no longer on hand, but still on the shelf. */
  taken: readonly Share[];
  threshold: number | null;
  /** Alerted already. */
  low: boolean;
  out: boolean;
  /** Somebody said that it is out, whatever is counted. */
  byHand: boolean;
  /** When somebody last looked at what lies there. */
  countedAt: Instant;
}

/** null: never counted here, so it limits nothing. */
export type Stock = CountedStock | null;

export const stockStream: StreamType<Stock, StockEvent> = {
  name: 'stock',
  revision: 2,
  initial: () => null,
  evolve(stock, event) {
    const after = happened(stock, event);
    if (after === null || !after.low) return after;
    return { ...after, low: isLow(after) };
  },
};

function happened(stock: Stock, { type, data }: StockEvent): Stock {
  if (type === 'StockCounted') {
    const { outletId, stockItemId, vendorId, counted, countedAt } = data;
    const nobodys = { held: [], taken: [], threshold: null, low: false, out: false, byHand: false };
    const before = stock ?? { outletId, stockItemId, vendorId, ...nobodys };
    return { ...before, onHand: counted - sum(before.taken), countedAt };
  }
  if (stock === null) return null;
  switch (type) {
    case 'StockRestocked':
      return { ...stock, onHand: stock.onHand + data.quantity };
    case 'StockWasted':
      return { ...stock, onHand: stock.onHand - data.quantity };
    case 'StockThresholdSet':
      return { ...stock, threshold: data.threshold };
    case 'StockHeld':
      return { ...stock, held: [...stock.held, shareOf(data)] };
    case 'StockFreed':
      return { ...stock, held: without(stock.held, data.orderId) };
    case 'StockTaken':
      return {
        ...stock,
        onHand: stock.onHand - data.quantity,
        held: without(stock.held, data.orderId),
        taken: [...stock.taken, shareOf(data)],
      };
    case 'StockReturned':
      return {
        ...stock,
        onHand: stock.onHand + data.quantity,
        taken: without(stock.taken, data.orderId),
      };
    case 'StockUsed':
      return { ...stock, taken: without(stock.taken, data.orderId) };
    case 'StockShort':
      return stock;
    case 'StockLow':
      return { ...stock, low: true };
    case 'StockOut':
      return { ...stock, out: true, byHand: data.byHand };
    case 'StockBack':
      return { ...stock, out: false, byHand: false };
    default:
      return type satisfies never;
  }
}

/** @param metro decides the partition of a new stream; ignored for one that is known */
export function stockRef(outletId: string, stockItemId: string, metro = ''): StreamRef<Stock, StockEvent> {
  return { type: stockStream, id: `stock:${outletId}:${stockItemId}`, metro };
}

/** Units another order may have, out by hand aside. */
export function availableOf(stock: CountedStock): number {
  return stock.onHand - sum(stock.held);
}

/** Units that lie there. */
export function onShelf(stock: CountedStock): number {
  return stock.onHand + sum(stock.taken);
}

export function isLow(stock: CountedStock): boolean {
  return stock.threshold !== null && availableOf(stock) < stock.threshold;
}

export function sum(shares: readonly Share[]): number {
  return shares.reduce((total, { quantity }) => total + quantity, 0);
}

function shareOf({ orderId, quantity }: Share): Share {
  return { orderId, quantity };
}

function without(shares: readonly Share[], orderId: string): Share[] {
  return shares.filter((share) => share.orderId !== orderId);
}
