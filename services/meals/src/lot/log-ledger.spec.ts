import type { Event, Recorded } from '@dabba/contracts';
import { describe, expect, it } from 'vitest';
import { emptyLedger } from './ledger.ts';
import { imbalances, LogLedger } from './log-ledger.ts';

const at = Date.UTC(2026, 10, 20, 12);
const times = { producedAt: at, expiresAt: at + 3_600_000 };
const made = { lotId: 'l1', sku: 'dal', kitchenId: 'k1' };
const lot = (quantity: number): Event => ({
  type: 'LotCreated',
  data: {
    ...made,
    quantity,
    ...times,
    allergens: [],
    mayContain: [],
    allergensKnown: true,
    mayContainKnown: true,
  },
});
const produced = (mealId: string): Event => ({
  type: 'MealProduced',
  data: { ...made, mealId, customerId: null, ...times },
});
const returned = (mealId: string): Event => ({
  type: 'MealReturned',
  data: { mealId, lotId: 'l1', sku: 'dal', fridgeId: null, customerId: null, note: '', returnedAt: at },
});

function ledgerOf(...events: readonly (readonly [stream: string, version: number, event: Event])[]) {
  const log = new LogLedger();
  for (const [stream, version, event] of events) log.take(recorded(stream, version, event));
  return log.lots();
}
function recorded(stream: string, version: number, event: Event): Recorded {
  const meta = {
    id: `${stream}/${version}`,
    source: 's',
    stream,
    streamType: 't',
    version,
    position: version,
  };
  return { ...event, meta: { ...meta, metro: 'sfo', time: at } };
}

describe('the ledger of a lot by the log', () => {
  const whole = [
    ['l1', 1, lot(2)],
    ['m1', 1, produced('m1')],
    ['m2', 1, produced('m2')],
    ['m1', 2, returned('m1')],
  ] as const;
  const right = { ...emptyLedger, at_kitchen: 1, returned: 1 };

  it('counts each meal where it is', () => {
    expect(ledgerOf(...whole).get('l1')).toEqual({ quantity: 2, ledger: right });
    expect(imbalances(ledgerOf(...whole), new Map([['l1', right]]))).toEqual([]);
  });
  it('K3 does not go back when it is told twice', () => {
    expect(ledgerOf(...whole, ['m1', 1, produced('m1')])).toEqual(ledgerOf(...whole));
  });
  it('is unbalanced when a meal is missing, or belongs to a lot nobody made', () => {
    const short = ledgerOf(['l1', 1, lot(2)], ['m1', 1, produced('m1')]);
    const one = { ...emptyLedger, at_kitchen: 1 };
    expect(imbalances(short, new Map([['l1', one]]))).toMatchObject([{ lot: 'l1' }]);
    expect(imbalances(ledgerOf(['m1', 1, produced('m1')]), new Map([['l1', one]]))).toMatchObject([
      { lot: 'l1' },
    ]);
  });
  it('is unbalanced when the read model says otherwise, or knows a lot the log does not', () => {
    const wrong = { ...emptyLedger, at_kitchen: 1, sold: 1 };
    expect(imbalances(ledgerOf(...whole), new Map([['l1', wrong]])).map(({ problem }) => problem)).toEqual([
      'sold: 0 by the log, 1 by the read model',
      'returned: 1 by the log, 0 by the read model',
    ]);
    expect(imbalances(ledgerOf(...whole), new Map())).not.toEqual([]);
    expect(imbalances(new Map(), new Map([['l9', wrong]]))[0]).toMatchObject({ lot: 'l9' });
  });
});
