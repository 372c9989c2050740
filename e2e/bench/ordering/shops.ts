import type { TestTokens } from '@dabba/testing';
import { until } from '@dabba/testing';
import { Pool } from 'undici';

/** A store and what it sells: every dish takes a counted unit. */
export interface Shop {
  vendorId: string;
  storeId: string;
  dishes: readonly string[];
}

const shopCount = 25;
const dishesEach = 12;
const week = [1, 2, 3, 4, 5, 6, 7].map((day_of_week) => ({ day_of_week, opens: '00:00', closes: '00:00' }));

/** Opens shops as their owners and operations would, and fills their stock with more than is ever sold. */
export async function openShops(
  at: { catalog: string; inventory: string },
  tokens: TestTokens,
): Promise<Shop[]> {
  const authorization = await tokens.bearer(['operations']);
  const pools = { catalog: new Pool(at.catalog), inventory: new Pool(at.inventory) };
  const send = async (
    where: keyof typeof pools,
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: object,
  ) => {
    const answer = await pools[where].request({
      method,
      path: `/api/v1/${path}`,
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  };
  const shops = Array.from({ length: shopCount }, (_, n) => shopOf(n));
  await Promise.all(
    shops.map(async ({ vendorId, storeId, dishes }) => {
      await send('catalog', 'POST', 'vendors', { id: vendorId, name: `Shop ${vendorId}` });
      await send('catalog', 'POST', `vendors/${vendorId}/approve`, {});
      await send('catalog', 'PATCH', `vendors/${vendorId}`, { auto_accept: true });
      await send('catalog', 'POST', `vendors/${vendorId}/stores`, {
        id: storeId,
        name: 'Market Street',
        location: { latitude: 37.78, longitude: -122.42 },
        jurisdiction: 'us-ca-sf',
      });
      await send('catalog', 'PUT', `stores/${storeId}/hours`, { hours: week });
      await send('catalog', 'POST', `vendors/${vendorId}/menus`, { id: menuOf(vendorId), name: 'All day' });
      for (const id of dishes) await send('catalog', 'POST', 'menu/items', dishOf(id, menuOf(vendorId)));
    }),
  );
  await Promise.all(
    shops.flatMap(({ storeId, dishes }) =>
      dishes.map((id) =>
        until(
          'inventory knows the store',
          () =>
            send('inventory', 'POST', `inventory/${storeId}/items`, { id, counted: 1_000_000 }).then(
              () => true,
            ),
          { within: 60_000, every: 200 },
        ),
      ),
    ),
  );
  await Promise.all(Object.values(pools).map((pool) => pool.close()));
  return shops;
}

function shopOf(n: number): Shop {
  const vendorId = `vnd_bench_${n}`;
  const dishes = Array.from({ length: dishesEach }, (_, dish) => `itm_bench_${n}_${dish}`);
  return { vendorId, storeId: `sto_bench_${n}`, dishes };
}

function menuOf(vendorId: string): string {
  return vendorId.replace('vnd_', 'mnu_');
}

function dishOf(id: string, menu_id: string) {
  const options = ['mild', 'medium', 'hot'].map((option) => ({ id: option, name: option }));
  return {
    ...{ id, menu_id, name: `Dish ${id}`, price: 11.5, prep_time: 240, station: 'line' },
    description: 'Rice, beans, pickled onions and a sauce of roasted peppers',
    modifiers: [{ id: 'spice', name: 'Spice', least: 1, most: 1, options }],
    recipe: [{ stock_item_id: id, quantity: 1 }],
  };
}
