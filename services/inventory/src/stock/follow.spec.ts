import { decider } from '@dabba/testing/decider';
import { describe, it } from 'vitest';
import { type Follow, follow } from './follow.ts';
import { back, counted, freed, held, now, out, returned, taken, used } from './stock.samples.ts';
import { stockStream } from './stock.ts';

const stock = decider(stockStream, follow);
const told = (what: Follow['do'], orderId = 'o1'): Follow => ({ do: what, orderId, now });
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
      .when(told('use'))
      .then([used('o1', 2)]);
    stock
      .given(heldNow)
      .when(told('use'))
      .then([taken('o1', 2, 1), used('o1', 2)]);
    stock.given(usedNow).when(told('cancel')).thenNothing();
    stock.given(usedNow).when(told('use')).thenNothing();
  });
});
