import type { Principal } from '@dabba/service-kit';
import { type Static, Type } from 'typebox';
import type { MealRow } from '../read-models/meal-list.ts';
import { Id, orNull, Price, Time } from '../schemas.ts';
import { answersForAll } from './claimant.ts';
import type { Meal, Place } from './meal.ts';

const Location = Type.Object({
  kind: Type.Union([
    Type.Literal('KITCHEN'),
    Type.Literal('IN_TRANSIT'),
    Type.Literal('FRIDGE'),
    Type.Literal('CUSTOMER'),
  ]),
  id: orNull(Type.String({ description: 'Of the kitchen, courier or fridge, where known' })),
});

/** A meal as clients see it. */
export const MealView = Type.Object({
  id: Id,
  lot_id: Id,
  sku: Id,
  kitchen_id: Id,
  status: Type.String(),
  fridge_id: orNull(Type.String()),
  location: Type.Union([Location, Type.Null()], { description: 'Null: nobody knows' }),
  courier_id: orNull(Type.String({ description: 'Who brings it, or brought it' })),
  route_id: orNull(Type.String({ description: 'The trip it went on' })),
  customer_id: orNull(Type.String({ description: 'Pseudonymous; shown to the customer and to operations' })),
  price: Type.Union([Price, Type.Null()]),
  reserved_until: Type.Union([Time, Type.Null()]),
  produced_at: Time,
  expires_at: Time,
  since: Time,
});

type View = Static<typeof MealView>;

export function viewOfState(id: string, meal: NonNullable<Meal>): View {
  return {
    id,
    lot_id: meal.lotId,
    sku: meal.sku,
    kitchen_id: meal.kitchenId,
    status: meal.status,
    fridge_id: meal.fridgeId,
    location: locationOf(meal.place, meal),
    courier_id: meal.courierId,
    route_id: meal.routeId,
    customer_id: meal.customerId,
    price: priceOf(meal.price, meal.currency),
    reserved_until: meal.reservedUntil === null ? null : new Date(meal.reservedUntil).toISOString(),
    produced_at: new Date(meal.producedAt).toISOString(),
    expires_at: new Date(meal.expiresAt).toISOString(),
    since: new Date(meal.since).toISOString(),
  };
}

export function viewOfRow(row: MealRow): View {
  return {
    id: row.meal_id,
    lot_id: row.lot_id,
    sku: row.sku,
    kitchen_id: row.kitchen_id,
    status: row.status,
    fridge_id: row.fridge_id,
    location: locationOf(row.place, {
      kitchenId: row.kitchen_id,
      courierId: row.courier_id,
      fridgeId: row.fridge_id,
    }),
    courier_id: row.courier_id,
    route_id: row.route_id,
    customer_id: row.customer_id,
    price: priceOf(row.price === null ? null : Number(row.price), row.currency),
    reserved_until: row.reserved_until?.toISOString() ?? null,
    produced_at: row.produced_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    since: row.since.toISOString(),
  };
}

function locationOf(
  kind: Place,
  { kitchenId, courierId, fridgeId }: Pick<NonNullable<Meal>, 'kitchenId' | 'courierId' | 'fridgeId'>,
): View['location'] {
  if (kind === null) return null;
  const ids = { KITCHEN: kitchenId, IN_TRANSIT: courierId, FRIDGE: fridgeId, CUSTOMER: null };
  return { kind, id: ids[kind] };
}

function priceOf(amount: number | null, currency: string | null): View['price'] {
  return amount === null || currency === null ? null : { amount, currency };
}

type Viewer = Pick<Principal, 'customerId' | 'roles'>;

/** Who bought or reserved a meal is between the customer and those who answer for the fridge. */
export function maySee(viewer: Viewer, customerId: string): boolean {
  return viewer.customerId === customerId || answersForAll(viewer);
}

export function hideCustomer(view: View, viewer: Viewer): View {
  return view.customer_id === null || maySee(viewer, view.customer_id)
    ? view
    : { ...view, customer_id: null };
}
