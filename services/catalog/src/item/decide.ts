import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import { same } from '../as-of-now.ts';
import type { Item, ItemDefinition, ItemEvent, Modifier } from './item.ts';

export type ItemCommand = { itemId: string; now: Instant } & (
  | { do: 'add'; vendorId: string; currency: string; as: ItemDefinition }
  | { do: 'change'; to: Partial<ItemDefinition> }
  | { do: 'remove' }
);

/** Every definition is a version of its own, so that an order can name the one that priced it. */
export function decideItem(item: Item, command: ItemCommand): readonly ItemEvent[] | Refusal {
  const { itemId, now } = command;
  if (command.do === 'add') {
    const { vendorId, currency, as } = command;
    if (item !== null) return refuse(409, 'item-exists', `${itemId} was on a menu before`);
    return (
      fault(as) ?? [
        { type: 'MenuItemDefined', data: { itemId, vendorId, currency, version: 1, ...as, definedAt: now } },
      ]
    );
  }
  if (item === null || item.removed) return unknownItem(itemId);
  switch (command.do) {
    case 'change': {
      const { removed: _, ...before } = item;
      const after = { ...before, ...command.to };
      if (same(before, after)) return [];
      const data = { ...after, itemId, version: item.version + 1, definedAt: now };
      return fault(after) ?? [{ type: 'MenuItemDefined', data }];
    }
    case 'remove':
      return [{ type: 'MenuItemRemoved', data: { itemId, vendorId: item.vendorId, removedAt: now } }];
    default:
      return command satisfies never;
  }
}

export function unknownItem(itemId: string): Refusal {
  return refuse(404, 'item-unknown', `No menu item ${itemId}`);
}

/** 422 for what nobody could choose or count. */
function fault({ modifiers, recipe }: ItemDefinition): Refusal | undefined {
  const twice = repeated(modifiers.map(({ modifierId }) => modifierId));
  if (twice !== undefined)
    return refuse(422, 'modifier-twice', `Two modifiers are called ${twice}`, { pointer: '/modifiers' });
  for (const [index, modifier] of modifiers.entries()) {
    const refusal = modifierFault(modifier, `/modifiers/${index}`);
    if (refusal) return refusal;
  }
  const counted = repeated(recipe.map(({ stockItemId }) => stockItemId));
  if (counted === undefined) return undefined;
  return refuse(422, 'stock-item-twice', `The recipe names ${counted} twice`, { pointer: '/recipe' });
}

function modifierFault({ modifierId, least, most, options }: Modifier, pointer: string): Refusal | undefined {
  if (least > most || least > options.length)
    return refuse(422, 'choice-impossible', `Nobody can choose ${least} to ${most} of ${modifierId}`, {
      pointer,
    });
  const twice = repeated(options.map(({ optionId }) => optionId));
  if (twice === undefined) return undefined;
  return refuse(422, 'option-twice', `${modifierId} offers ${twice} twice`, {
    pointer: `${pointer}/options`,
  });
}

function repeated(ids: readonly string[]): string | undefined {
  return ids.find((id, index) => ids.indexOf(id) !== index);
}
