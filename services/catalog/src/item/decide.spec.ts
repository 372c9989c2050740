import { decider } from '@dabba/testing/decider';
import { describe, it } from 'vitest';
import { decideItem, type ItemCommand } from './decide.ts';
import { type ItemDefinition, type ItemEvent, itemStream, type Modifier } from './item.ts';

const item = decider(itemStream, decideItem);
const now = Date.UTC(2026, 10, 20);
const itemId = 'itm_1';
const option = (optionId: string) => ({ optionId, name: optionId, price: 0, available: true });
const protein: Modifier = {
  modifierId: 'protein',
  name: 'Protein',
  least: 1,
  most: 1,
  options: [option('tofu')],
};
const as: ItemDefinition = {
  ...{ menuId: 'mnu_1', name: 'Taco', description: '', category: 'Tacos', price: 450, imageUrl: null },
  ...{ prepSeconds: 60, station: 'grill', available: true, modifiers: [protein] },
  recipe: [{ stockItemId: 'tortilla', quantity: 2 }],
};
const add = (change: Partial<ItemDefinition> = {}): ItemCommand => ({
  ...{ do: 'add', itemId, vendorId: 'vnd_1', currency: 'USD', now },
  as: { ...as, ...change },
});
const defined = (version: number, change: Partial<ItemDefinition> = {}): ItemEvent => ({
  type: 'MenuItemDefined',
  data: { itemId, vendorId: 'vnd_1', currency: 'USD', version, ...as, ...change, definedAt: now },
});
const change = (to: Partial<ItemDefinition>): ItemCommand => ({ do: 'change', itemId, to, now });
const remove: ItemCommand = { do: 'remove', itemId, now };
const removed: ItemEvent = { type: 'MenuItemRemoved', data: { itemId, vendorId: 'vnd_1', removedAt: now } };

describe('a menu item', () => {
  it('is added once', () => {
    item
      .given([])
      .when(add())
      .then([defined(1)]);
    item
      .given([defined(1)])
      .when(add())
      .thenRefused('item-exists');
    item
      .given([defined(1), removed])
      .when(add())
      .thenRefused('item-exists');
  });
  it('has a version for every definition, and none for the same again', () => {
    item
      .given([defined(1)])
      .when(change({ price: 500 }))
      .then([defined(2, { price: 500 })]);
    item
      .given([defined(1)])
      .when(change({ price: 450 }))
      .thenNothing();
    item
      .given([])
      .when(change({ price: 1 }))
      .thenRefused('item-unknown');
  });
  it('is removed for good', () => {
    item
      .given([defined(1)])
      .when(remove)
      .then([removed]);
    item
      .given([defined(1), removed])
      .when(remove)
      .thenRefused('item-unknown');
    item
      .given([defined(1), removed])
      .when(change({ price: 1 }))
      .thenRefused('item-unknown');
  });
  it('offers only what can be chosen and counted', () => {
    const refused: [Partial<ItemDefinition>, string][] = [
      [{ modifiers: [{ ...protein, least: 2, most: 1 }] }, 'choice-impossible'],
      [{ modifiers: [{ ...protein, least: 2, most: 2 }] }, 'choice-impossible'],
      [{ modifiers: [{ ...protein, options: [option('tofu'), option('tofu')] }] }, 'option-twice'],
      [{ modifiers: [protein, protein] }, 'modifier-twice'],
      [{ recipe: [...as.recipe, ...as.recipe] }, 'stock-item-twice'],
    ];
    for (const [wrong, code] of refused) {
      item.given([]).when(add(wrong)).thenRefused(code);
      item
        .given([defined(1)])
        .when(change(wrong))
        .thenRefused(code);
    }
  });
});
