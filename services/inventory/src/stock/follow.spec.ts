import { decider } from '@dabba/testing/decider';
import { describe, it } from 'vitest';
import { type Follow, follow } from './follow.ts';
import { back, counted, freed, held, now, out, returned, short, taken, used } from './stock.samples.ts';
import { stockStream } from './stock.ts';

const stock = decider(stockStream, follow);
const told = (what: 'take' | 'expire' | 'cancel'): Follow => ({ do: what, orderId: 'o1', now });
/** The kitchen began so many milliseconds after the count. */
const use = (orderId = 'o1', after = 1, quantity = 2): Follow => ({
  ...{ do: 'use', orderId, quantity, at: now + after, now },
});
const heldNow = [counted(3), held('o1', 2, 1)];
const takenNow = [...heldNow, taken('o1', 2, 1)];
const usedNow = [...takenNow, used('o1', 2)];

describe('stock does what its reservation says', () => {
  it('takes what is held, once', () => {
    stock
      .given(heldNow)
      .when(told('take'))
      .then([taken('o1', 2, 1)]);
    stock.given(takenNow).when(told('take')).thenNothing();
    stock
      .given([counted(3)])
      .when(told('take'))
      .thenNothing();
    stock.given([]).when(told('take')).thenNothing();
  });
  it('frees what is held when it expires or is cancelled, and is back by that', () => {
    for (const what of ['expire', 'cancel'] as const) {
      stock
        .given(heldNow)
        .when(told(what))
        .then([freed('o1', 2, 3)]);
      stock
        .given([counted(2), held('o1', 2, 0), out()])
        .when(told(what))
        .then([freed('o1', 2, 2), back(2)]);
    }
  });
  it('returns what is taken when it is cancelled, never when an earlier hold expires', () => {
    stock
      .given(takenNow)
      .when(told('cancel'))
      .then([returned('o1', 2, 3)]);
    stock.given(takenNow).when(told('expire')).thenNothing();
  });
  it('uses what is taken, and returns nothing of it afterwards', () => {
    stock
      .given(takenNow)
      .when(use())
      .then([used('o1', 2)]);
    stock
      .given(heldNow)
      .when(use())
      .then([taken('o1', 2, 1), used('o1', 2)]);
    stock.given(usedNow).when(told('cancel')).thenNothing();
  });
  it('S1-EVT-06 X-07 what a cook had begun is used although it was given back: cancelled, 86ed or out of the books', () => {
    const outOfHand = [...takenNow, returned('o1', 2, 3), short('o1', 2), out('broken')];
    for (const letGo of [[...takenNow, returned('o1', 2, 3)], [...heldNow, freed('o1', 2, 3)], outOfHand])
      stock
        .given(letGo)
        .when(use())
        .then([held('o1', 2, 1), taken('o1', 2, 1), used('o1', 2)]);
    stock
      .given([counted(1)])
      .when(use())
      .then([held('o1', 1, 0), taken('o1', 1, 0), used('o1', 1), out()]);
    stock
      .given([counted(0), out()])
      .when(use())
      .thenNothing();
  });
  it('X-07 others lose what is in the pan of somebody else, the newest first', () => {
    stock
      .given([counted(3), held('o2', 1, 2), taken('o2', 1, 2), held('o3', 1, 1), held('o4', 1, 0), out()])
      .when(use())
      .then([
        ...[freed('o4', 1, 1), short('o4', 1), freed('o3', 1, 2), short('o3', 1)],
        ...[held('o1', 2, 0), taken('o1', 2, 0), used('o1', 2)],
      ]);
  });
  it('a count after the kitchen began has not found it on the shelf', () => {
    stock
      .given([...takenNow, returned('o1', 2, 3)])
      .when(use('o1', 0))
      .thenNothing();
  });
});
