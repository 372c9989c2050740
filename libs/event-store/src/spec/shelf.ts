import { type EventOf, loadRegion, newId } from '@dabba/contracts';
import { type TestDatabase, testDatabase } from '@dabba/testing';
import {
  type CommandContext,
  migrateStore,
  type OpenStore,
  openStore,
  refuse,
  type StoreOptions,
  type StreamRef,
  type StreamType,
} from '../index.ts';

export type ShelfEvent = EventOf<'MealProduced'> | EventOf<'MealSold'>;

export interface Shelf {
  left: number;
  sold: string[];
}

/** The example of these specifications: meals come to a shelf and are sold from it. */
export const shelf: StreamType<Shelf, ShelfEvent> = {
  name: 'shelf',
  revision: 1,
  initial: () => ({ left: 0, sold: [] }),
  evolve: (state, event) =>
    event.type === 'MealProduced'
      ? { ...state, left: state.left + 1 }
      : { left: state.left - 1, sold: [...state.sold, event.data.customerId] },
};

export const region = loadRegion({});

export function shelfAt(id: string, metro = 'sfo'): StreamRef<Shelf, ShelfEvent> {
  return { type: shelf, id, metro };
}

export function newShelf(): StreamRef<Shelf, ShelfEvent> {
  return shelfAt(newId('shelf'));
}

export const context: CommandContext = { actor: 'usr_1', now: 1_790_000_000_123 };

export const produced = (mealId = 'm1', sku = 'dal'): EventOf<'MealProduced'> => ({
  type: 'MealProduced',
  data: { mealId, lotId: 'lot_1', sku, kitchenId: 'kit_1', customerId: null, producedAt: 1, expiresAt: 2 },
});

export const sold = (customerId = 'cus_1'): EventOf<'MealSold'> => ({
  type: 'MealSold',
  data: {
    mealId: 'm1',
    lotId: 'lot_1',
    sku: 'dal',
    fridgeId: 'fri_1',
    customerId,
    price: 450,
    currency: 'USD',
    soldAt: 3,
    sessionId: null,
    verdict: null,
  },
});

export const soldOut = refuse(409, 'sold-out', 'Nothing is left on the shelf');

/** Sells one meal to a customer, or refuses. */
export const sell = (customerId: string) => (state: Shelf) => (state.left > 0 ? [sold(customerId)] : soldOut);

export async function storeDatabase(label: string): Promise<TestDatabase> {
  const database = await testDatabase(label);
  await migrateStore(database.pool);
  return database;
}

export function storeOn(database: TestDatabase, options: Partial<StoreOptions> = {}): Promise<OpenStore> {
  return openStore({ pool: database.pool, region, ...options });
}
