import { expect, it } from 'vitest';
import { checkPriceLists, type Priced, priceListAt } from './price-list.ts';
import { pricesOf } from './prices.ts';
import { noon } from './session.samples.ts';

const hour = 3_600_000;
const from = (at: number) => new Date(at).toISOString();
const metro: Priced & { id: string } = {
  id: 'sfo',
  currency: 'USD',
  markdown: { percent: 50, hours: 1 },
  prices: [
    { from: from(noon - 24 * hour), skus: { dal: 800 }, otherwise: 900 },
    {
      from: from(noon),
      skus: { dal: 880, toString: 5 },
      otherwise: 990,
      markdown: { percent: 10, hours: 4 },
    },
  ],
};
const cost = (at: number, sku = 'dal', expires = noon + 48 * hour) =>
  pricesOf([{ meal_id: 'm1', sku, expires_at: new Date(expires) }], metro, at)[0]?.price;

it('a price is that of the list that was valid then, to the millisecond', () => {
  expect(cost(noon - 1)).toBe(800);
  expect(cost(noon)).toBe(880);
  expect(cost(noon + 24 * hour)).toBe(880);
  expect(cost(noon - 1, 'thali')).toBe(900);
  expect(cost(noon, 'thali')).toBe(990);
  expect(cost(noon, 'constructor')).toBe(990);
  // Before anything was for sale.
  expect(cost(0)).toBe(800);
});

it('so is its markdown: of the list, else of the metro', () => {
  expect(cost(noon - 1, 'dal', noon + 2 * hour)).toBe(800);
  expect(cost(noon - 1, 'dal', noon + hour - 1)).toBe(400);
  expect(cost(noon, 'dal', noon + 2 * hour)).toBe(792);
});

it('a metro that says nothing sells at the usual prices', () => {
  expect(priceListAt({ currency: 'USD' }, noon).full('paneer-tikka')).toBe(950);
});

it('lists out of order, of no instant or with no price are refused at the start', () => {
  const [first, second] = metro.prices ?? [];
  if (!first || !second) throw new Error('No lists');
  expect(() => checkPriceLists([metro])).not.toThrow();
  for (const prices of [
    [second, first],
    [first, first],
    [{ ...first, from: 'soon' }],
    [{ ...first, otherwise: 8.5 }],
    [{ ...first, skus: { dal: -1 } }],
  ])
    expect(() => checkPriceLists([{ id: 'sfo', prices }])).toThrow('prices of sfo');
});
