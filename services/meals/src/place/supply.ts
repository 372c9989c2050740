import type { Event, Events, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type SupplyEvent = Event<'FridgeParSet' | 'FridgePicked' | 'FridgeCorrected'>;
export type ParLevel = Events['FridgeParSet']['levels'][number];

/** What a fridge is meant to hold, and which meals lists have claimed for it. */
export interface Supply {
  levels: readonly ParLevel[];
  setAt: Instant | null;
  /** Meal id → what a list has claimed and no later list has found settled. */
  picks: Readonly<Record<string, { sku: string; expiresAt: Instant }>>;
}

export const supplyStream: StreamType<Supply, SupplyEvent> = {
  name: 'supply',
  revision: 1,
  initial: () => ({ levels: [], setAt: null, picks: {} }),
  evolve(supply, { type, data }) {
    switch (type) {
      case 'FridgeParSet':
        return { ...supply, levels: data.levels, setAt: data.setAt };
      case 'FridgePicked': {
        const over = new Set(data.settled);
        const kept = Object.entries(supply.picks).filter(([id]) => !over.has(id));
        const added = data.meals.map(({ mealId, sku, expiresAt }) => [mealId, { sku, expiresAt }] as const);
        return { ...supply, picks: Object.fromEntries([...kept, ...added]) };
      }
      case 'FridgeCorrected':
        return supply;
      default:
        return type satisfies never;
    }
  },
};

/** Beside the fridge's own stream: planning must not make a customer's door wait. */
export function supplyRef(fridgeId: string, metro: string): StreamRef<Supply, SupplyEvent> {
  return { type: supplyStream, id: `supply:${fridgeId}`, metro };
}
