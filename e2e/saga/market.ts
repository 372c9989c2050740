import type { Answer, Client } from '../platform/client.ts';
import { insist } from './insist.ts';

export interface Vendor {
  vendorId: string;
  storeId: string;
  menuId: string;
}

/** One thing that is sold at a store, and what is counted of it there. */
export interface Stall extends Vendor {
  itemId: string;
  stockItemId: string;
}

/** Unit price and tax as everything here is sold: two of them are 10.00 and 0.85. */
const price = 5;
const jurisdiction = 'us-ca-sf';

/** A vendor with one store, open at all hours. @param autoAccept whether its orders are confirmed with their payment */
export async function openVendor(operations: Client, vendorId: string, autoAccept: boolean): Promise<Vendor> {
  const vendor = { vendorId, storeId: `sto_${vendorId}`, menuId: `mnu_${vendorId}` };
  const at = `/api/v1/vendors/${vendorId}`;
  done(await operations.post('/api/v1/vendors', { id: vendorId, name: vendorId }));
  done(await operations.patch(at, { auto_accept: autoAccept }));
  done(await operations.post(`${at}/approve`, {}));
  const store = { id: vendor.storeId, name: 'Counter', slot_quantity: 10_000, jurisdiction };
  done(await operations.post(`${at}/stores`, store));
  const hours = [1, 2, 3, 4, 5, 6, 7].map((day_of_week) => ({
    day_of_week,
    opens: '00:00',
    closes: '00:00',
  }));
  done(await operations.put(`/api/v1/stores/${vendor.storeId}/hours`, { hours }));
  done(await operations.post(`${at}/menus`, { id: vendor.menuId, name: 'Menu' }));
  return vendor;
}

/** Something on its menu of which so many are counted; without a number it is not counted. */
export async function sell(
  operations: Client,
  vendor: Vendor,
  name: string,
  counted?: number,
): Promise<Stall> {
  const stall = { ...vendor, itemId: `itm_${vendor.vendorId}_${name}`, stockItemId: `stock-${name}` };
  const recipe = counted === undefined ? [] : [{ stock_item_id: stall.stockItemId, quantity: 1 }];
  const item = { id: stall.itemId, menu_id: vendor.menuId, name, price, prep_time: 1, recipe };
  done(await operations.post('/api/v1/menu/items', item));
  if (counted === undefined) return stall;
  // Inventory hears of the store through its topic.
  const count = () =>
    operations.post(`/api/v1/inventory/${vendor.storeId}/items`, { id: stall.stockItemId, counted });
  done(await insist(count, ({ status }) => status === 404));
  return stall;
}

/** Until orders has heard of it through the catalog's topic: a cart with it has a price then. One cart is of one vendor. */
export async function priced(
  customer: Client,
  { storeId: store_id, itemId: menu_item_id }: Stall,
): Promise<void> {
  const item = { store_id, menu_item_id, quantity: 1 };
  await insist(
    () => customer.post('/api/v1/cart/items', item),
    ({ status }) => status >= 300,
  );
}

/** What a company adds for a customer, a day. */
export async function grant(
  operations: Client,
  customerId: string,
  allowance: number,
  metro: string,
): Promise<void> {
  const body = { metro, allowance, currency: 'USD', period: 'DAY' };
  done(await operations.put(`/api/v1/customers/${customerId}/subsidy`, body));
}

function done<T>(answer: Answer<T>): Answer<T> {
  if (answer.status < 300) return answer;
  throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
}
