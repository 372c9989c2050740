import { isRefusal } from '@dabba/event-store';
import { describe, expect, it } from 'vitest';
import { minute, now, offer, taco } from '../offer/offer.samples.ts';
import type { Offer } from '../offer/offer.ts';
import { quote, type Wish } from './quote.ts';

const choice = (modifierId: string, optionId: string) => ({ modifierId, optionId });
const tacos = {
  ...{ lineId: 'oli_001', itemId: 'itm_taco001', quantity: 2 },
  choices: [
    ...[choice('protein', 'carnitas'), choice('salsa', 'verde')],
    ...[choice('extras', 'guacamole'), choice('extras', 'sour_cream')],
  ],
};
const drink = { lineId: 'oli_002', itemId: 'itm_drink001', quantity: 1, choices: [] };
const wish = (change: Partial<Wish> = {}): Wish => ({
  ...{ orderId: 'ord_1', customerId: 'cus_1', vendorId: 'vnd_abc123', kind: 'TRUCK', source: 'MOBILE_WEB' },
  ...{
    fulfilment: 'PICKUP',
    deliverTo: null,
    items: [tacos, drink],
    pickupAt: now + 15 * minute,
    discount: null,
  },
  ...{ tipPercentage: 20, useSubsidy: true, paymentMethod: 'pm_stripe123', confirms: 'CLIENT', cartId: null },
  ...change,
});
const priced = (change: Partial<Wish> = {}, of: Partial<Offer> = {}) => {
  const placed = quote(wish(change), offer(of), 'USD', now);
  if (isRefusal(placed)) throw new Error(placed.detail);
  return placed;
};
const refused = (change: Partial<Wish>, of: Partial<Offer> = {}) => {
  const outcome = quote(wish(change), offer(of), 'USD', now);
  if (!isRefusal(outcome)) throw new Error('was not refused');
  const [error] = Array.isArray(outcome.extra?.errors) ? outcome.extra.errors : [];
  return [outcome.status, outcome.code, ...(error ? [Object(error).pointer] : [])];
};

describe('a wish', () => {
  it('S2-ORD-02 S2-ORD-04 is priced as in the sample', () => {
    expect(priced()).toMatchObject({
      ...{ subtotal: 1200, tax: 102, tip: 240, deliveryFee: 0, discount: 0, total: 1542, tracked: true },
      ...{ taxRatePpm: 85_000, slot: now + 15 * minute, estimatedReady: now + 10 * minute, autoAccept: true },
      lines: [
        { name: 'Street Taco', itemVersion: 3, quantity: 2, unitPrice: 450, total: 900 },
        { name: 'Horchata', itemVersion: 1, quantity: 1, unitPrice: 300, total: 300, stock: [] },
      ],
    });
    expect(priced().lines[0]?.stock).toEqual([{ stockItemId: 'stk_tortilla', quantity: 4 }]);
  });
  it('costs what is chosen with it', () => {
    const items = [{ ...tacos, choices: [choice('protein', 'pollo'), choice('extras', 'double_meat')] }];
    expect(priced({ items })).toMatchObject({ subtotal: 1150, lines: [{ unitPrice: 575 }] });
  });
  it('names the place of what is wrong with it', () => {
    const of = (...choices: (typeof tacos)['choices']) => refused({ items: [drink, { ...tacos, choices }] });
    const at = (modifier: string) => `#/items/1/customizations/${modifier}`;
    const carnitas = choice('protein', 'carnitas');
    expect(of()).toEqual([422, 'choice-count', at('protein')]);
    expect(of(carnitas, choice('protein', 'pollo'))).toEqual([422, 'choice-count', at('protein')]);
    expect(of(choice('protein', 'tofu'))).toEqual([422, 'choice-unknown', at('protein')]);
    expect(of(carnitas, choice('size', 'xl'))).toEqual([422, 'choice-unknown', at('size')]);
    const guacamole = choice('extras', 'guacamole');
    expect(of(carnitas, guacamole, guacamole)).toEqual([422, 'choice-twice', at('extras')]);
    const items = [{ ...drink, itemId: 'itm_none' }];
    expect(refused({ items })).toEqual([422, 'item-unknown', '#/items/0/menu_item_id']);
    expect(refused({ vendorId: 'vnd_other' })).toEqual([422, 'outlet-unknown', '#/vendor_id']);
    expect(refused({ kind: 'STORE' })).toEqual([422, 'outlet-unknown', '#/store_id']);
  });
  it('is refused where something is not to be had', () => {
    const { outlet, vendor } = offer();
    const without = (change: object) => ({ items: new Map([[taco.itemId, { ...taco, ...change }]]) });
    const gone = taco.modifiers.map((each) => ({
      ...each,
      options: each.options.map((option) => ({ ...option, available: false })),
    }));
    const items = [tacos];
    const place = '#/items/0/menu_item_id';
    expect(refused({ items }, without({ available: false }))).toEqual([409, 'item-unavailable', place]);
    expect(refused({ items }, without({ currency: 'EUR' }))).toEqual([409, 'item-unavailable', place]);
    expect(refused({ items }, without({ modifiers: gone }))[1]).toBe('choice-unavailable');
    expect(refused({}, { vendor: { ...vendor, approved: false } })).toEqual([409, 'vendor-closed']);
    expect(refused({}, { outlet: { ...outlet, closed: { until: null } } })).toEqual([409, 'outlet-closed']);
    expect(refused({}, { tax: null })).toEqual([409, 'outlet-closed']);
    expect(refused({ pickupAt: now + 600 * minute })).toEqual([409, 'outlet-closed']);
    expect(refused({ pickupAt: now - 10 * minute })).toEqual([422, 'pickup-time', '#/pickup_time']);
    expect(refused({ pickupAt: now + 30 * 24 * 60 * minute })).toEqual([422, 'pickup-time', '#/pickup_time']);
  });
  it('S2-ORD-04 is ready when its slowest item is and the queue before it, and does not stand long before it is wanted', () => {
    expect(priced({ pickupAt: null }).estimatedReady).toBe(now + 10 * minute);
    expect(priced({ pickupAt: null }, { busyUntil: now + 25 * minute }).estimatedReady).toBe(
      now + 25 * minute,
    );
    expect(priced({ pickupAt: now + 120 * minute }).estimatedReady).toBe(now + 115 * minute);
    expect(priced({ pickupAt: now + 2 * minute }).estimatedReady).toBe(now + 10 * minute);
    expect(priced({ pickupAt: null }).slot).toBeNull();
  });
  it('S4-SCP-03 costs less by what is taken off at the counter and its tax, not its tip, and never nothing', () => {
    const off = (amount: number) => ({ discount: { amount, reason: 'STAFF_MEAL' } });
    expect(priced()).toMatchObject({ discount: 0, discountReason: null });
    const { subtotal, tax, tip, ...less } = priced(off(300));
    expect([subtotal, tax, tip]).toEqual([1200, 77, 240]);
    expect(less).toMatchObject({ discount: 300, discountReason: 'STAFF_MEAL', total: 1217 });
    expect(priced(off(1200)).total).toBe(240);
    expect(refused(off(1201))).toEqual([422, 'discount-too-large', '#/discount']);
    expect(refused({ ...off(1200), tipPercentage: null })[1]).toBe('discount-too-large');
  });
  it('X-19 goes to a point in a zone, for its fee and from its minimum on', () => {
    const polygon = [
      { latitude: 37, longitude: -123 },
      { latitude: 38, longitude: -123 },
      { latitude: 38, longitude: -122 },
    ];
    const { outlet } = offer();
    const zones = (minimum: number) => ({
      outlet: { ...outlet, delivery: [{ name: 'city', polygon, fee: 399, minimum }] },
    });
    const there = { latitude: 37.7, longitude: -122.4 };
    const delivery = { fulfilment: 'DELIVERY', deliverTo: there } as const;
    expect(priced(delivery, zones(1200))).toMatchObject({ deliveryFee: 399, total: 1941 });
    expect(refused(delivery, zones(1201))).toEqual([409, 'below-minimum']);
    expect(refused(delivery)).toEqual([409, 'not-delivered', '#/deliver_to']);
    expect(refused({ fulfilment: 'DELIVERY' })).toEqual([422, 'not-delivered', '#/deliver_to']);
    expect(refused({ deliverTo: there })).toEqual([422, 'not-delivered', '#/deliver_to']);
  });
});
