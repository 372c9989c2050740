import type { Instant } from '@dabba/contracts';
import { availableOf, type CountedStock, type StockEvent, sum } from './stock.ts';

/**
 * Takes back what was promised until the rest fits on a shelf with `units`: the newest first, those who have not paid
 * before those who have. Each order that loses its units is told by a StockShort; the units themselves go back the way
 * they went. What the kitchen has begun is no promise any more.
 */
export function breakPromises(stock: CountedStock, units: number, now: Instant): StockEvent[] {
  const { outletId, stockItemId } = stock;
  const events: StockEvent[] = [];
  let promised = sum(stock.held) + sum(stock.taken);
  let available = availableOf(stock);
  const newestFirst = [
    ...stock.held.toReversed().map((share) => ({ share, wasTaken: false })),
    ...stock.taken.toReversed().map((share) => ({ share, wasTaken: true })),
  ];
  for (const { share, wasTaken } of newestFirst) {
    if (promised <= units) break;
    promised -= share.quantity;
    available += share.quantity;
    const data = { outletId, stockItemId, ...share, available };
    events.push(
      wasTaken
        ? { type: 'StockReturned', data: { ...data, returnedAt: now } }
        : { type: 'StockFreed', data: { ...data, freedAt: now } },
      { type: 'StockShort', data: { outletId, stockItemId, ...share, shortAt: now } },
    );
  }
  return events;
}
