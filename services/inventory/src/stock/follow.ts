import type { Instant } from '@dabba/contracts';
import { withSignals } from './signals.ts';
import { availableOf, type Share, type Stock, type StockEvent } from './stock.ts';

export interface Follow {
  /**
   * What became of the order's reservation: `take`, it is paid; `expire`, it was not; `cancel`, nobody wants it any more;
   * `use`, the kitchen has begun.
   */
  do: 'take' | 'expire' | 'cancel' | 'use';
  orderId: string;
  now: Instant;
}

/**
 * The stock does what its reservation says, as far as it is still so: an order that has lost its units in between, or
 * has been told already, changes nothing. An expiry never gives back what is taken: it belongs to an earlier hold.
 */
export function follow(stock: Stock, command: Follow): readonly StockEvent[] {
  if (stock === null) return [];
  const { orderId, now } = command;
  const held = stock.held.find((share) => share.orderId === orderId);
  const taken = stock.taken.find((share) => share.orderId === orderId);
  return withSignals(stock, step(stock, command, held, taken), now);
}

function step(
  stock: NonNullable<Stock>,
  { do: what, now }: Follow,
  held: Share | undefined,
  taken: Share | undefined,
): StockEvent[] {
  const { outletId, stockItemId } = stock;
  const known = { outletId, stockItemId };
  const available = availableOf(stock);
  switch (what) {
    case 'take':
      return held ? [{ type: 'StockTaken', data: { ...known, ...held, available, takenAt: now } }] : [];
    case 'use': {
      const share = taken ?? held;
      if (!share) return [];
      const used: StockEvent = { type: 'StockUsed', data: { ...known, ...share, usedAt: now } };
      if (taken) return [used];
      return [{ type: 'StockTaken', data: { ...known, ...share, available, takenAt: now } }, used];
    }
    case 'expire':
    case 'cancel':
      if (held) {
        const freed = { ...known, ...held, available: available + held.quantity, freedAt: now };
        return [{ type: 'StockFreed', data: freed }];
      }
      if (taken && what === 'cancel') {
        const returned = { ...known, ...taken, available: available + taken.quantity, returnedAt: now };
        return [{ type: 'StockReturned', data: returned }];
      }
      return [];
    default:
      return what satisfies never;
  }
}
