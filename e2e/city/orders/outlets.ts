import type { Client } from '../../platform/client.ts';
import { codeOf, command, type District, look } from '../district.ts';

/** A store or a truck that takes orders, and who runs it. */
export interface Outlet {
  id: string;
  kind: 'STORE' | 'TRUCK';
  merchant: Client;
}

interface Item {
  id: string;
  available: boolean;
  modifiers: { id: string; least: number; options: { id: string; available?: boolean }[] }[];
}
export interface Choice {
  menu_item_id: string;
  quantity: number;
  customizations: Record<string, string | string[]>;
}

interface Page<T> {
  items: T[];
}

/** Where a metro's customers can order, as the catalog shows it. */
export async function outletsOf(district: District): Promise<Outlet[]> {
  const { merchants, operations } = district;
  const found: Outlet[] = [];
  for (const { id } of (await look<Page<{ id: string }>>(district, operations, '/api/v1/vendors')).items) {
    const merchant = merchants.find(({ credential }) => credential.ids.vendor_id === id);
    if (!merchant) continue;
    for (const [path, kind] of [
      ['stores', 'STORE'],
      ['trucks', 'TRUCK'],
    ] as const) {
      const page = await look<Page<{ id: string }>>(district, operations, `/api/v1/vendors/${id}/${path}`);
      found.push(...page.items.map((outlet) => ({ id: outlet.id, kind, merchant })));
    }
  }
  return found;
}

/** Somebody reads the menu and takes one thing or two, with what has to be chosen of it. */
export async function chooseFrom(
  district: District,
  who: Client,
  { id, kind }: Outlet,
  pick: <T>(from: readonly T[]) => T | undefined,
): Promise<Choice[]> {
  const path = `/api/v1/${kind === 'STORE' ? 'stores' : 'trucks'}/${id}/menu`;
  const menu = (await look<Page<Item>>(district, who, path)).items.filter(({ available }) => available);
  const wanted = new Set([pick(menu), pick(menu)]);
  return [...wanted].flatMap((item) => {
    if (!item) return [];
    const chosen = item.modifiers
      .filter(({ least }) => least > 0)
      .map((modifier) => [
        modifier.id,
        modifier.options
          .filter(({ available = true }) => available)
          .slice(0, modifier.least)
          .map((one) => one.id),
      ]);
    return [
      { menu_item_id: item.id, quantity: pick([1, 1, 2]) ?? 1, customizations: Object.fromEntries(chosen) },
    ];
  });
}

/** What is counted there and low is filled up again before the day begins. */
export async function restock(district: District, { id, merchant }: Outlet): Promise<void> {
  const shelf = `/api/v1/inventory/${id}/items`;
  const { items } = await look<Page<{ stock_item_id: string; available: number }>>(district, merchant, shelf);
  for (const { stock_item_id: item, available } of items) {
    if (available >= 100) continue;
    const { status, body } = await command(district, merchant, `${shelf}/${item}/restock`, { quantity: 100 });
    if (status !== 200) district.tally.complain(`a restock: ${status} ${codeOf(body)}`);
  }
}
