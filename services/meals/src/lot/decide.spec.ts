import { isRefusal } from '@dabba/event-store';
import { describe, expect, it } from 'vitest';
import { type CreateLot, createLot } from './decide.ts';
import { lotStream } from './lot.ts';

const now = Date.UTC(2026, 10, 20, 9);
const hour = 3_600_000;
const lot: CreateLot = {
  lotId: 'l1',
  mealIds: ['m1', 'm2'],
  sku: 'dal',
  kitchenId: 'k1',
  producedAt: now - hour,
  expiresAt: now + 8 * hour,
  allergens: ['milk'],
  mayContain: ['sesame'],
};
const code = (change: Partial<CreateLot>) => {
  const outcome = createLot({ ...lot, ...change }, now);
  return isRefusal(outcome) ? outcome.code : 'created';
};

describe('S0-INV-02 creating a lot', () => {
  it('gives one event for the lot and one for each physical meal', () => {
    const outcome = createLot(lot, now);
    if (isRefusal(outcome)) expect.fail(outcome.code);
    expect(outcome.lot.data).toMatchObject({
      lotId: 'l1',
      quantity: 2,
      allergens: ['milk'],
      mayContain: ['sesame'],
    });
    expect(outcome.meals.map(({ data }) => 'mealId' in data && data.mealId)).toEqual(['m1', 'm2']);
  });
  it('is refused when the times make no sense', () => {
    expect(code({ producedAt: now + hour })).toBe('lot-not-yet-produced');
    expect(code({ expiresAt: lot.producedAt })).toBe('lot-expires-before-production');
    expect(code({ producedAt: now - 9 * hour, expiresAt: now })).toBe('lot-already-expired');
    expect(code({ producedAt: now + 60_000 })).toBe('created');
  });
  it('is refused when an allergen is both certain and possible', () => {
    expect(code({ mayContain: ['milk'] })).toBe('allergen-both-certain-and-possible');
  });
  it('tells unknown from none, and freezes both for the lot', () => {
    const madeOf = (change: Partial<CreateLot>) => {
      const outcome = createLot({ ...lot, ...change }, now);
      if (isRefusal(outcome)) expect.fail(outcome.code);
      const made = lotStream.evolve(null, outcome.lot);
      return [made?.allergens, made?.mayContain];
    };
    expect(madeOf({})).toEqual([['milk'], ['sesame']]);
    expect(madeOf({ allergens: [], mayContain: null })).toEqual([[], null]);
    expect(madeOf({ allergens: null, mayContain: [] })).toEqual([null, []]);
    expect(code({ allergens: null, mayContain: ['milk'] })).toBe('created');
  });
});
