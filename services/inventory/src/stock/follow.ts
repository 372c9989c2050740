import type { Instant } from '@dabba/contracts';
import { breakPromises } from './break-promises.ts';
import { withSignals } from './signals.ts';
import {
  availableOf,
  type CountedStock,
  onShelf,
  type Share,
  type Stock,
  type StockEvent,
  stockStream,
} from './stock.ts';

/**
 * What became of the order's reservation: `take`, it is paid; `expire`, it was not; `cancel`, nobody wants it any more;
 * `use`, the kitchen began `at`, with so many units.
 */
export type Follow = { orderId: string; now: Instant } & (
  | { do: 'take' | 'expire' | 'cancel' }
  | { do: 'use'; quantity: number; at: Instant }
);

/**
 * The stock does what its reservation says, as far as it is still so: an order that has lost its units in between, or
 * has been told already, changes nothing. An expiry never gives back what is taken: it belongs to an earlier hold. Only the
 * kitchen takes whatever was said: what it has begun is gone from the shelf.
 */
export function follow(stock: Stock, command: Follow): readonly StockEvent[] {
  if (stock === null) return [];
  const { orderId, now } = command;
  const held = stock.held.find((share) => share.orderId === orderId);
  const taken = stock.taken.find((share) => share.orderId === orderId);
  return withSignals(stock, step(stock, command, held, taken), now);
}

function step(
  stock: CountedStock,
  command: Follow,
  held: Share | undefined,
  taken: Share | undefined,
): StockEvent[] {
  const { outletId, stockItemId } = stock;
  const { do: what, now } = command;
  const known = { outletId, stockItemId };
  const available = availableOf(stock);
  switch (command.do) {
    case 'take':
      return held ? [{ type: 'StockTaken', data: { ...known, ...held, available, takenAt: now } }] : [];
    case 'use': {
      const share = taken ?? held;
      if (!share) return usedAllTheSame(stock, command);
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
      return command satisfies never;
  }
}

/**
 * The order had lost its units (86, cancelled) or never got any, but a cook was faster: what is on the shelf is that much less, down to nothing, and
 * others may lose theirs for it. Whoever has counted since saw the shelf without them.
 */
function usedAllTheSame(
  stock: CountedStock,
  { orderId, quantity: begun, at, now }: Extract<Follow, { do: 'use' }>,
): StockEvent[] {
  const { outletId, stockItemId, countedAt } = stock;
  const quantity = Math.min(begun, onShelf(stock));
  if (quantity === 0 || countedAt >= at) return [];
  const broken = breakPromises(stock, onShelf(stock) - quantity, now);
  const left = broken.reduce(stockStream.evolve, stock) ?? stock;
  const known = { outletId, stockItemId, orderId, quantity };
  const available = availableOf(left) - quantity;
  return [
    ...broken,
    { type: 'StockHeld', data: { ...known, available, heldAt: now } },
    { type: 'StockTaken', data: { ...known, available, takenAt: now } },
    { type: 'StockUsed', data: { ...known, usedAt: now } },
  ];
}
