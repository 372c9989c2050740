import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import { breakPromises } from './break-promises.ts';
import { withSignals } from './signals.ts';
import { availableOf, type CountedStock, onShelf, type Stock, type StockEvent, sum } from './stock.ts';

/** What people say of what lies there. */
export type StockCommand = { outletId: string; stockItemId: string; now: Instant } & (
  | { do: 'begin'; vendorId: string; counted: number; threshold: number | null }
  | { do: 'count'; counted: number; reason: string }
  | { do: 'restock'; quantity: number; reference: string | null }
  | { do: 'waste'; quantity: number; reason: string }
  | { do: 'threshold'; threshold: number }
  | { do: 'eighty-six'; reason: string }
  | { do: 'put-back' }
);

/** A count is of everything on the shelf, what is promised included; what is less than promised breaks promises. */
export function decideStock(stock: Stock, command: StockCommand): readonly StockEvent[] | Refusal {
  const events = stock === null ? first(command) : next(stock, command);
  return 'refused' in events ? events : withSignals(stock, events, command.now);
}

function first(command: StockCommand): readonly StockEvent[] | Refusal {
  const { outletId, stockItemId, now } = command;
  if (command.do !== 'begin')
    return refuse(404, 'stock-unknown', `${stockItemId} is not counted at ${outletId}`);
  const { vendorId, counted, threshold } = command;
  const known = { outletId, stockItemId };
  const count = { vendorId, counted, expected: 0, reason: 'first count', available: counted, countedAt: now };
  return [
    { type: 'StockCounted', data: { ...known, ...count } },
    ...(threshold === null
      ? []
      : [{ type: 'StockThresholdSet' as const, data: { ...known, threshold, setAt: now } }]),
  ];
}

function next(stock: CountedStock, command: StockCommand): readonly StockEvent[] | Refusal {
  const { outletId, stockItemId, vendorId } = stock;
  const known = { outletId, stockItemId };
  const { now } = command;
  switch (command.do) {
    case 'begin':
      return refuse(409, 'stock-exists', `${stockItemId} is counted at ${outletId} already`);
    case 'count': {
      const { counted, reason } = command;
      const broken = breakPromises(stock, counted, now);
      const available = counted - promisedAfter(stock, broken);
      const data = {
        ...known,
        vendorId,
        counted,
        expected: onShelf(stock),
        reason,
        available,
        countedAt: now,
      };
      return [...broken, { type: 'StockCounted', data }];
    }
    case 'restock': {
      const { quantity, reference } = command;
      const available = availableOf(stock) + quantity;
      return [
        { type: 'StockRestocked', data: { ...known, quantity, available, reference, restockedAt: now } },
      ];
    }
    case 'waste': {
      const { quantity, reason } = command;
      const left = onShelf(stock) - quantity;
      if (left < 0)
        return refuse(409, 'more-than-there', `There are only ${onShelf(stock)} of ${stockItemId}`);
      const broken = breakPromises(stock, left, now);
      const available = left - promisedAfter(stock, broken);
      return [
        ...broken,
        { type: 'StockWasted', data: { ...known, quantity, available, reason, wastedAt: now } },
      ];
    }
    case 'threshold': {
      const { threshold } = command;
      if (threshold === stock.threshold) return [];
      return [{ type: 'StockThresholdSet', data: { ...known, threshold, setAt: now } }];
    }
    case 'eighty-six': {
      if (stock.byHand) return [];
      const out = { ...known, vendorId, byHand: true, reason: command.reason, outAt: now };
      return [...breakPromises(stock, 0, now), { type: 'StockOut', data: out }];
    }
    case 'put-back': {
      if (!stock.byHand) return [];
      const available = availableOf(stock);
      if (available > 0) return [{ type: 'StockBack', data: { ...known, vendorId, available, backAt: now } }];
      return [{ type: 'StockOut', data: { ...known, vendorId, byHand: false, reason: null, outAt: now } }];
    }
    default:
      return command satisfies never;
  }
}

function promisedAfter(stock: CountedStock, broken: readonly StockEvent[]): number {
  const lost = broken.flatMap(({ type, data }) => (type === 'StockShort' ? [data] : []));
  return sum(stock.held) + sum(stock.taken) - sum(lost);
}
