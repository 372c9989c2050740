import { type Static, Type } from 'typebox';
import { Id, orNull, Time } from '../schemas.ts';
import type { PickList } from './pick-list.ts';

export const PickListView = Type.Object({
  id: Id,
  status: Type.Union([Type.Literal('OPEN'), Type.Literal('SHIPPED'), Type.Literal('CANCELLED')]),
  kitchen_id: Id,
  courier_id: orNull(Type.String()),
  route_id: Id,
  made_at: Time,
  since: Time,
  lines: Type.Array(
    Type.Object({
      fridge_id: Id,
      sku: Id,
      meals: Type.Array(Id, { description: 'The earliest to expire first' }),
    }),
  ),
  short: Type.Array(Type.Object({ fridge_id: Id, sku: Id, missing: Type.Integer() }), {
    description: 'Gaps left: the kitchen had no meal, or the fridge no place',
  }),
});

export function listView(id: string, list: PickList): Static<typeof PickListView> {
  if (list === null) throw new Error(`Nobody made the list ${id}`);
  return {
    id,
    status: list.status,
    kitchen_id: list.kitchenId,
    courier_id: list.courierId,
    route_id: list.routeId,
    made_at: new Date(list.madeAt).toISOString(),
    since: new Date(list.since).toISOString(),
    lines: list.lines.map(({ fridgeId, sku, mealIds }) => ({
      fridge_id: fridgeId,
      sku,
      meals: [...mealIds],
    })),
    short: list.short.map(({ fridgeId, sku, missing }) => ({ fridge_id: fridgeId, sku, missing })),
  };
}
