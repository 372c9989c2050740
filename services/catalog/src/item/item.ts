import type { Event } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type ItemEvent = Event<'MenuItemDefined' | 'MenuItemRemoved'>;

export interface ModifierOption {
  optionId: string;
  name: string;
  /** Added for each item; minor units. */
  price: number;
  available: boolean;
}

export interface Modifier {
  modifierId: string;
  name: string;
  /** Options that have to be chosen. */
  least: number;
  /** Options that may be chosen. */
  most: number;
  options: readonly ModifierOption[];
}

export interface ItemDefinition {
  menuId: string;
  name: string;
  description: string;
  category: string;
  /** Minor units. */
  price: number;
  imageUrl: string | null;
  prepSeconds: number;
  /** Where in the kitchen. */
  station: string;
  available: boolean;
  modifiers: readonly Modifier[];
  /** What is taken from stock; empty: nothing is counted. */
  recipe: readonly { stockItemId: string; quantity: number }[];
}

/** null: there never was one. `version` grows with every definition and is the stream's own. */
export type Item =
  | null
  | (ItemDefinition & { vendorId: string; currency: string; version: number; removed: boolean });

export const itemStream: StreamType<Item, ItemEvent> = {
  name: 'menu-item',
  revision: 1,
  initial: () => null,
  evolve(item, { type, data }) {
    switch (type) {
      case 'MenuItemDefined': {
        const { itemId: _, definedAt: __, ...definition } = data;
        return { ...definition, removed: false };
      }
      case 'MenuItemRemoved':
        return item && { ...item, removed: true };
      default:
        return type satisfies never;
    }
  },
};

/** @param metro decides the partition of a new item; ignored for one that is known */
export function itemRef(id: string, metro = ''): StreamRef<Item, ItemEvent> {
  return { type: itemStream, id, metro };
}
