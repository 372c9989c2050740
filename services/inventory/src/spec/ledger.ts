import type { Recorded } from '@dabba/contracts';
import { availableOf, type Stock, type StockEvent, stockStream, sum } from '../stock/stock.ts';

/** What went in and out, from the events alone. */
export interface Totals {
  corrected: number;
  restocked: number;
  wasted: number;
  taken: number;
  returned: number;
}

export const noTotals: Totals = { corrected: 0, restocked: 0, wasted: 0, taken: 0, returned: 0 };

export function totalled(totals: Totals, { type, data }: StockEvent): Totals {
  switch (type) {
    case 'StockCounted':
      return { ...totals, corrected: totals.corrected + data.counted - data.expected };
    case 'StockRestocked':
      return { ...totals, restocked: totals.restocked + data.quantity };
    case 'StockWasted':
      return { ...totals, wasted: totals.wasted + data.quantity };
    case 'StockTaken':
      return { ...totals, taken: totals.taken + data.quantity };
    case 'StockReturned':
      return { ...totals, returned: totals.returned + data.quantity };
    default:
      return totals;
  }
}

/** Why the stock and its totals cannot both be right; undefined where they can. */
export function imbalance(stock: Stock, totals: Totals): string | undefined {
  if (stock === null) return undefined;
  const { corrected, restocked, wasted, taken, returned } = totals;
  const balance = corrected + restocked - wasted - taken + returned;
  if (balance !== stock.onHand) return `${balance} by what happened, ${stock.onHand} on hand`;
  if (availableOf(stock) + sum(stock.held) !== stock.onHand) return 'available and held are not all';
  if (stock.onHand < 0 || availableOf(stock) < 0) return `negative: ${JSON.stringify(stock)}`;
  return undefined;
}

/** Folds a stream from its beginning and looks at its balance after every event. */
export function imbalances(history: readonly Recorded[]): string[] {
  let stock: Stock = null;
  let totals = noTotals;
  const found: string[] = [];
  for (const event of history) {
    if (!isStock(event)) continue;
    stock = stockStream.evolve(stock, event);
    totals = totalled(totals, event);
    const fault = imbalance(stock, totals);
    if (fault) found.push(`version ${event.meta.version}: ${fault}`);
  }
  return found;
}

function isStock(event: Recorded): event is Recorded<StockEvent> {
  return event.meta.streamType === 'stock';
}
