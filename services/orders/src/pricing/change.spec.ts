import { expect, it } from 'vitest';
import { now, offer } from '../offer/offer.samples.ts';
import { wasPlaced } from '../order/order.samples.ts';
import { orderStream, type Placed } from '../order/order.ts';
import { changeOf } from './change.ts';

const tipped = (tipPercentage: number, placed: Partial<Placed> = {}) => {
  const order = orderStream.evolve(null, wasPlaced(placed)) ?? expect.fail('it was placed');
  return changeOf(order, { tipPercentage }, offer(), now);
};

it('S2-ORD-07 another tip adds to what the order was placed at', () => {
  expect(tipped(20)).toMatchObject({ tip: 180, total: 1157 });
  expect(tipped(10)).toMatchObject({ tip: 90, total: 1067 });
});

it('S4-SCP-03 it is of the whole subtotal, and leaves the tax of an order placed before discounts lowered it', () => {
  const less = { discount: 300, discountReason: 'STAFF_MEAL' };
  expect(tipped(10, { ...less, tax: 51, total: 831 })).toMatchObject({ tip: 90, total: 741 });
  expect(tipped(10, { ...less, tax: 77, total: 857 })).toMatchObject({ tip: 90, total: 767 });
});
