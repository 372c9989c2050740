import type { Client } from '../platform/client.ts';
import { codeOf, type District, look, wait } from './district.ts';
import { staffSession } from './session.ts';
import type { Shop } from './shop.ts';

export interface FridgeView {
  locked: string | null;
  temperature_at: string | null;
  stock: { meal_id: string }[];
}
interface MealView {
  status: string;
  expires_at: string;
}

const onShelf = new Set(['STOCKED', 'RESERVED']);

export interface Removed {
  /** Status in which each meal ended that was taken out. */
  statuses: Map<string, number>;
  /** Whether the fridge had been locked. */
  cleared: boolean;
}

export const fridgeOf = (district: District, who: Client, shop: Shop) =>
  look<FridgeView>(district, who, `/api/v1/fridges/${shop.id}`);

/**
 * Staff see to a fridge: they take out what nobody may eat, or everything, and clear it where it is locked.
 * @param what `everything` of a locked fridge whatever is asked
 */
export async function tend(
  district: District,
  who: Client,
  shop: Shop,
  what: 'unsafe' | 'everything',
  clear = false,
): Promise<Removed> {
  const wasOpen = shop.open;
  shop.open = false;
  const { locked, stock } = await fridgeOf(district, who, shop);
  // What the platform believes inside though no antenna reads it, as after the loss of a fridge's memory.
  for (const { meal_id } of stock) if (!shop.fridge.inside.has(meal_id)) shop.fridge.lose(meal_id);
  const all = what === 'everything' || locked !== null;
  const taken = all ? [...shop.fridge.inside] : await unsafeIn(who, shop);
  if (taken.length > 0) await staffSession(district, who, shop, () => ({ taken }));
  for (const id of taken) shop.portions.delete(id);
  if (locked !== null || clear) await clearFridge(district, who, shop);
  shop.open = wasOpen && shop.fridge.inside.size > 0;
  return { statuses: await statusesOf(district, who, taken), cleared: locked !== null };
}

/** One courier at a time sees to a fridge that turned a visitor away. Never throws: what fails is trouble. */
export function care(district: District, who: Client, shop: Shop): Promise<void> {
  shop.care ??= tend(district, who, shop, 'unsafe')
    .then(() => {})
    .catch((error: Error) => {
      if (!district.signal.aborted) district.tally.complain(error.message);
    })
    .finally(() => {
      shop.care = undefined;
    });
  return shop.care;
}

async function clearFridge(district: District, who: Client, shop: Shop): Promise<void> {
  shop.fridge.heartbeat(3.5);
  let last = '';
  await wait(
    district,
    () => `${shop.id} is cleared: ${last}`,
    async () => {
      const { status, body } = await who.post<{ meals?: string[] }>(`/api/v1/fridges/${shop.id}/clear`, {});
      last = `${status} ${codeOf(body)}`;
      // What has ended and is believed inside, though no antenna reads it.
      for (const id of body?.meals ?? []) if (!shop.fridge.inside.has(id)) shop.fridge.lose(id);
      return status === 204;
    },
  );
}

async function unsafeIn(who: Client, shop: Shop): Promise<string[]> {
  const unsafe: string[] = [];
  for (const id of shop.fridge.inside) {
    const { body } = await who.get<Partial<MealView>>(`/api/v1/meals/${id}`);
    const { status = '', expires_at = '' } = body;
    if (!onShelf.has(status) || Date.parse(expires_at) <= Date.now()) unsafe.push(id);
  }
  return unsafe;
}

async function statusesOf(district: District, who: Client, ids: readonly string[]) {
  const statuses = new Map<string, number>();
  for (const id of ids) {
    const status = await wait(district, `meal ${id} has ended`, async () => {
      const { status, body } = await who.get<MealView>(`/api/v1/meals/${id}`);
      return status === 404 ? 'UNKNOWN' : status === 200 && !onShelf.has(body.status) && body.status;
    });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  return statuses;
}
