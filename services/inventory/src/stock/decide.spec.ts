import { decider } from '@dabba/testing/decider';
import { describe, it } from 'vitest';
import { decideStock, type StockCommand } from './decide.ts';
import {
  back,
  counted,
  freed,
  held,
  known,
  low,
  now,
  out,
  restocked,
  returned,
  short,
  taken,
  thresholdSet,
  used,
  wasted,
} from './stock.samples.ts';
import { stockStream } from './stock.ts';

const stock = decider(stockStream, decideStock);
type Said<C> = C extends StockCommand ? Omit<C, 'outletId' | 'stockItemId' | 'now'> : never;
const say = (command: Said<StockCommand>): StockCommand => ({ ...command, ...known, now });
const begin = (units: number, threshold: number | null = null) =>
  say({ do: 'begin', vendorId: 'vnd_1', counted: units, threshold });
const count = (units: number) => say({ do: 'count', counted: units, reason: 'dropped' });
const restock = (quantity: number) => say({ do: 'restock', quantity, reference: null });
const waste = (quantity: number) => say({ do: 'waste', quantity, reason: 'dropped' });
const eightySix = say({ do: 'eighty-six', reason: 'grill is broken' });
const putBack = say({ do: 'put-back' });

describe('stock', () => {
  it('begins with its first count, once', () => {
    stock
      .given([])
      .when(begin(5, 2))
      .then([counted(5), thresholdSet(2)]);
    stock
      .given([])
      .when(begin(1, 2))
      .then([counted(1), thresholdSet(2), low(1, 2)]);
    stock
      .given([])
      .when(begin(0))
      .then([counted(0), out()]);
    stock
      .given([counted(5)])
      .when(begin(5))
      .thenRefused('stock-exists');
    for (const command of [count(1), restock(1), waste(1), eightySix, putBack])
      stock.given([]).when(command).thenRefused('stock-unknown');
  });

  it('a count is of everything on the shelf, paid orders included, and says what was expected', () => {
    stock
      .given([counted(5)])
      .when(count(7))
      .then([counted(7, 5, 'dropped')]);
    const promised = [counted(9), held('o1', 2, 7), held('o2', 3, 4), taken('o1', 2, 4)];
    stock
      .given(promised)
      .when(count(6))
      .then([counted(6, 9, 'dropped', 1)]);
    stock
      .given([...promised, used('o1', 2)])
      .when(count(7))
      .then([counted(7, 7, 'dropped', 4)]);
  });

  it('a count below what is promised breaks promises, the newest first, those not paid before those paid', () => {
    const promised = [
      counted(6),
      held('o1', 2, 4),
      taken('o1', 2, 4),
      held('o2', 2, 2),
      held('o3', 2, 0),
      out(),
    ];
    const o3 = [freed('o3', 2, 2), short('o3', 2)];
    const o2 = [freed('o2', 2, 4), short('o2', 2)];
    const o1 = [returned('o1', 2, 6), short('o1', 2)];
    stock
      .given(promised)
      .when(count(5))
      .then([...o3, counted(5, 6, 'dropped', 1), back(1)]);
    stock
      .given(promised)
      .when(count(2))
      .then([...o3, ...o2, counted(2, 6, 'dropped', 0)]);
    stock
      .given(promised)
      .when(count(1))
      .then([...o3, ...o2, ...o1, counted(1, 6, 'dropped', 1), back(1)]);
  });

  it('waste is never more than is there, and breaks the promises it falls on', () => {
    stock
      .given([counted(5)])
      .when(waste(2))
      .then([wasted(2, 3)]);
    stock
      .given([counted(5)])
      .when(waste(6))
      .thenRefused('more-than-there');
    const promised = [counted(5), held('o1', 4, 1)];
    stock
      .given(promised)
      .when(waste(1))
      .then([wasted(1, 0), out()]);
    stock
      .given(promised)
      .when(waste(2))
      .then([freed('o1', 4, 5), short('o1', 4), wasted(2, 3)]);
  });

  it('S4-EVT-01 alerts once when less than its threshold is left, and again after there was enough', () => {
    const few = [counted(5), thresholdSet(3), wasted(3, 2), low(2, 3)];
    stock
      .given([counted(5), thresholdSet(3)])
      .when(waste(3))
      .then([wasted(3, 2), low(2, 3)]);
    stock
      .given(few)
      .when(waste(1))
      .then([wasted(1, 1)]);
    stock
      .given([...few, restocked(5, 7)])
      .when(waste(5))
      .then([wasted(5, 2), low(2, 3)]);
    stock
      .given([counted(2)])
      .when(say({ do: 'threshold', threshold: 3 }))
      .then([thresholdSet(3), low(2, 3)]);
    stock
      .given(few)
      .when(say({ do: 'threshold', threshold: 3 }))
      .thenNothing();
  });

  it('is out by itself when the last unit goes, and back when there is one', () => {
    stock
      .given([counted(1)])
      .when(waste(1))
      .then([wasted(1, 0), out()]);
    stock
      .given([counted(1), wasted(1, 0), out()])
      .when(restock(2))
      .then([restocked(2, 2), back(2)]);
  });

  it('86 by hand: nobody gets any, who was promised some loses it, and counting does not bring it back', () => {
    const promised = [counted(5), held('o1', 1, 4), taken('o1', 1, 4), held('o2', 1, 3)];
    stock
      .given(promised)
      .when(eightySix)
      .then([
        freed('o2', 1, 4),
        short('o2', 1),
        returned('o1', 1, 5),
        short('o1', 1),
        out('grill is broken'),
      ]);
    stock
      .given([...promised, used('o1', 1)])
      .when(eightySix)
      .then([freed('o2', 1, 4), short('o2', 1), out('grill is broken')]);
    const gone = [counted(5), out('grill is broken')];
    stock.given(gone).when(eightySix).thenNothing();
    stock
      .given(gone)
      .when(restock(2))
      .then([restocked(2, 7)]);
    stock
      .given(gone)
      .when(putBack)
      .then([back(5)]);
    stock
      .given([counted(5)])
      .when(putBack)
      .thenNothing();
    stock
      .given([counted(1), wasted(1, 0), out(), out('again')])
      .when(putBack)
      .then([out()]);
  });
});
