import type { OrderPlaced } from '@dabba/contracts';
import type { Part } from './reservation.ts';

/** What all lines of an order take together: each stock item once, by id, so that all orders ask in one order. */
export function partsOf(lines: OrderPlaced['lines']): Part[] {
  const units = new Map<string, number>();
  for (const { stock } of lines)
    for (const { stockItemId, quantity } of stock)
      units.set(stockItemId, (units.get(stockItemId) ?? 0) + quantity);
  return [...units]
    .map(([stockItemId, quantity]) => ({ stockItemId, quantity }))
    .sort((one, other) => (one.stockItemId < other.stockItemId ? -1 : 1));
}
