import { type Static, Type } from 'typebox';
import { minorOf } from '../amounts.ts';
import { Amount, closed, Id, Name, Text, Url } from '../schemas.ts';
import type { ItemDefinition } from './item.ts';
import { Modifier, RecipePart } from './view.ts';

const optional = {
  description: Type.Optional(Text),
  category: Type.Optional(Name),
  image_url: Type.Optional(Url),
  prep_time: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 86_400, description: 'Seconds to prepare one' }),
  ),
  station: Type.Optional(Name),
  available: Type.Optional(Type.Boolean()),
  modifiers: Type.Optional(Type.Array(Modifier, { maxItems: 50 })),
  recipe: Type.Optional(Type.Array(RecipePart, { maxItems: 50 })),
};
export const NewItem = Type.Object(
  { id: Type.Optional(Id), menu_id: Id, name: Name, price: Amount, ...optional },
  closed,
);
export const ItemChanges = Type.Object(
  { menu_id: Type.Optional(Id), name: Type.Optional(Name), price: Type.Optional(Amount), ...optional },
  { ...closed, minProperties: 1 },
);

export function changesOf(body: Static<typeof ItemChanges>): Partial<ItemDefinition> {
  const { menu_id, name, description, category, price, image_url, prep_time, station, available } = body;
  return {
    ...(menu_id !== undefined && { menuId: menu_id }),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(category !== undefined && { category }),
    ...(price !== undefined && { price: minorOf(price, '/price') }),
    ...(image_url !== undefined && { imageUrl: image_url }),
    ...(prep_time !== undefined && { prepSeconds: prep_time }),
    ...(station !== undefined && { station }),
    ...(available !== undefined && { available }),
    ...(body.modifiers !== undefined && { modifiers: body.modifiers.map(modifierOf) }),
    ...(body.recipe !== undefined && {
      recipe: body.recipe.map(({ stock_item_id: stockItemId, quantity }) => ({ stockItemId, quantity })),
    }),
  };
}

/** What is not said: five minutes at the station `main`, nothing to choose, nothing counted. */
export function definitionOf({
  id: _,
  menu_id: menuId,
  name,
  price,
  ...rest
}: Static<typeof NewItem>): ItemDefinition {
  return {
    ...{ menuId, name, description: '', category: 'Menu', price: minorOf(price, '/price'), imageUrl: null },
    ...{ prepSeconds: 300, station: 'main', available: true, modifiers: [], recipe: [] },
    ...changesOf(rest),
  };
}

function modifierOf({ id: modifierId, name, least, most, options }: Static<typeof Modifier>, index: number) {
  return {
    ...{ modifierId, name, least, most },
    options: options.map(({ id: optionId, name: called, price = 0, available = true }, at) => ({
      ...{ optionId, name: called, available },
      price: minorOf(price, `/modifiers/${index}/options/${at}/price`),
    })),
  };
}
