import type { Instant } from '@dabba/contracts';
import { availableOf, type CountedStock, isLow, type Stock, type StockEvent, stockStream } from './stock.ts';

/** What happened, and what follows from it by itself: low, out (86), back. */
export function withSignals(
  before: Stock,
  events: readonly StockEvent[],
  now: Instant,
): readonly StockEvent[] {
  const after = events.reduce(stockStream.evolve, before);
  if (after === null || events.length === 0) return events;
  return [...events, ...signals(after, now)];
}

function signals(stock: CountedStock, now: Instant): StockEvent[] {
  const { outletId, stockItemId, vendorId, threshold, low, out, byHand } = stock;
  const known = { outletId, stockItemId, vendorId };
  const available = availableOf(stock);
  const said: StockEvent[] = [];
  if (threshold !== null && !low && isLow(stock))
    said.push({ type: 'StockLow', data: { ...known, available, threshold, lowAt: now } });
  if (!out && available === 0)
    said.push({ type: 'StockOut', data: { ...known, byHand: false, reason: null, outAt: now } });
  if (out && !byHand && available > 0)
    said.push({ type: 'StockBack', data: { ...known, available, backAt: now } });
  return said;
}
