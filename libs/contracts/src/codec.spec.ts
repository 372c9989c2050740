import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allSchemas,
  decodeEvent,
  encodeEvent,
  fingerprintOf,
  isEventName,
  presentData,
  schemaOf,
} from './index.ts';

const sold = {
  mealId: 'm1',
  lotId: 'l1',
  sku: 'dal',
  fridgeId: 'f1',
  customerId: 'c1',
  price: 850,
  currency: 'USD',
  soldAt: Date.UTC(2026, 10, 20, 12),
  sessionId: 'd1',
  verdict: { offline: false, temperatureSafe: true, policy: null },
};

describe('the codec', () => {
  it('reads what it wrote, and names the writer by the schema text', () => {
    const { schema, data } = encodeEvent('MealSold', sold);
    expect(schema).toBe(fingerprintOf(schemaOf('MealSold').text));
    expect(decodeEvent('MealSold', data)).toEqual(sold);
  });
  it('refuses what does not fit and names the field', () => {
    expect(() => encodeEvent('MealSold', { ...sold, price: 8.5 })).toThrow('MealSold.price cannot be 8.5');
  });
  it('reads bytes of an older writer as the shape of today', () => {
    const older = JSON.parse(schemaOf('MealShipped').text);
    older.fields = older.fields.filter(({ name }: { name: string }) => name !== 'courierId');
    const text = JSON.stringify(older);
    const bytes = encodeEvent('MealShipped', {
      mealId: 'm1',
      courierId: null,
      fridgeId: 'f1',
      customerId: null,
      shippedAt: 1,
      inferred: false,
      routeId: null,
    }).data;
    // The older shape lacks the one-byte null of courierId after the id.
    const before = Buffer.concat([bytes.subarray(0, 3), bytes.subarray(4)]);
    expect(decodeEvent('MealShipped', before, text)).toMatchObject({
      courierId: null,
      fridgeId: 'f1',
      shippedAt: 1,
    });
  });
  it('never reads past the end: any cut of the bytes is an error', () => {
    const { data } = encodeEvent('MealSold', sold);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: data.length - 1 }), (length) => {
        expect(() => decodeEvent('MealSold', data.subarray(0, length))).toThrow();
      }),
    );
  });
});

describe('schemas', () => {
  it('say of every field what it is', () => {
    for (const { name, text } of allSchemas())
      for (const field of JSON.parse(text).fields) expect(field.doc, `${name}.${field.name}`).toBeTruthy();
  });
  it('S0-INV-01 every status of a meal carries the customer, marked as personal', () => {
    for (const name of [
      'MealProduced',
      'MealShipped',
      'MealStocked',
      'MealSold',
      'MealUnexplained',
    ] as const) {
      const customer = JSON.parse(schemaOf(name).text).fields.find(
        (field: { name: string }) => field.name === 'customerId',
      );
      expect(customer?.pii, name).toBe('pseudonym');
    }
  });
  it('know their names', () => {
    expect(isEventName('MealSold')).toBe(true);
    expect(isEventName('toString')).toBe(false);
  });
});

it('events are presented in snake_case with ISO times', () => {
  expect(presentData({ type: 'MealSold', data: sold })).toMatchObject({
    meal_id: 'm1',
    price: 850,
    sold_at: '2026-11-20T12:00:00.000Z',
  });
});
