import { expect, it } from 'vitest';
import { SoldOut } from './sold-out.ts';

const row = (outlet_id: string, stock_item_id: string, vendor_id = 'vnd_1') => ({
  ...{ outlet_id, stock_item_id, vendor_id },
});
const made = (...ids: string[]) => ({
  recipe: ids.map((stockItemId) => ({ stockItemId, quantity: 1 })),
});

it('S4-SVC-03 an item is out where anything of its recipe is, and only there', () => {
  const soldOut = new SoldOut();
  soldOut.replace([row('sto_1', 'rice')]);
  expect(soldOut.isOut('sto_1', made('fish', 'rice'))).toBe(true);
  expect(soldOut.isOut('sto_1', made('fish'))).toBe(false);
  expect(soldOut.isOut('sto_1', made())).toBe(false);
  expect(soldOut.isOut('sto_2', made('rice'))).toBe(false);
});

it('S4-CCH-01 says whose menus are different now, when something is out and when it is back', () => {
  const soldOut = new SoldOut();
  const [rice, fish] = [row('sto_1', 'rice'), row('sto_9', 'fish', 'vnd_9')];
  expect([...soldOut.replace([rice, fish])]).toEqual(['vnd_1', 'vnd_9']);
  expect([...soldOut.replace([rice, fish])]).toEqual([]);
  expect([...soldOut.replace([rice])]).toEqual(['vnd_9']);
  expect(soldOut.isOut('sto_9', made('fish'))).toBe(false);
});
