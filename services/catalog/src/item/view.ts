import { type Static, Type } from 'typebox';
import { majorOf } from '../amounts.ts';
import { Amount, closed, Id, Name, Text, Url } from '../schemas.ts';
import type { Entry } from '../shelf/entry.ts';
import type { Item } from './item.ts';

const Option = Type.Object(
  {
    id: Id,
    name: Name,
    price: Type.Optional(Amount),
    available: Type.Optional(Type.Boolean({ default: true })),
  },
  closed,
);
export const Modifier = Type.Object(
  {
    id: Id,
    name: Name,
    least: Type.Integer({ minimum: 0, maximum: 50, description: 'Options that have to be chosen' }),
    most: Type.Integer({ minimum: 1, maximum: 50, description: 'Options that may be chosen' }),
    options: Type.Array(Option, { minItems: 1, maxItems: 50 }),
  },
  closed,
);
export const RecipePart = Type.Object(
  { stock_item_id: Id, quantity: Type.Integer({ minimum: 1, maximum: 10_000 }) },
  closed,
);

export const ItemView = Type.Object({
  id: Id,
  vendor_id: Id,
  menu_id: Id,
  version: Type.Integer({ description: 'An order names the one that priced it' }),
  name: Name,
  description: Text,
  category: Type.String(),
  price: Amount,
  currency: Type.String({ description: 'ISO 4217' }),
  image_url: Url,
  prep_time: Type.Integer({ description: 'Seconds to prepare one' }),
  station: Type.String({ description: 'Where in the kitchen' }),
  available: Type.Boolean({ description: 'As its vendor says' }),
  modifiers: Type.Array(Modifier),
  recipe: Type.Array(RecipePart, { description: 'What is taken from counted stock' }),
});

/** As the menu of an outlet shows it. */
export const ServedItemView = Type.Object({
  ...ItemView.properties,
  sold_out: Type.Optional(
    Type.Boolean({ description: 'At this outlet: something of its recipe is out there (86)' }),
  ),
});

export function itemView({ id }: Pick<Entry<Item>, 'id'>, item: NonNullable<Item>): Static<typeof ItemView> {
  const { vendorId, menuId, version, name, description, category, price, currency, imageUrl } = item;
  return {
    ...{ id, vendor_id: vendorId, menu_id: menuId, version, name, description, category },
    ...{ price: majorOf(price), currency, image_url: imageUrl },
    ...{ prep_time: item.prepSeconds, station: item.station, available: item.available },
    modifiers: item.modifiers.map(({ modifierId, options, ...modifier }) => ({
      id: modifierId,
      ...modifier,
      options: options.map(({ optionId, price: added, ...option }) => ({
        id: optionId,
        price: majorOf(added),
        ...option,
      })),
    })),
    recipe: item.recipe.map(({ stockItemId, quantity }) => ({ stock_item_id: stockItemId, quantity })),
  };
}
