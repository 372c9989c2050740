import type { Principal } from '@dabba/service-kit';
import { type Static, Type } from 'typebox';
import type { MealRow } from '../read-models/meal-list.ts';
import { Id, Nullable, Price, Time } from '../schemas.ts';
import { answersForAll } from './claimant.ts';
import type { Meal } from './meal.ts';

/** A meal as clients see it. */
export const MealView = Type.Object({
  id: Id,
  lot_id: Id,
  sku: Id,
  kitchen_id: Id,
  status: Type.String(),
  fridge_id: Nullable(Type.String()),
  customer_id: Nullable(
    Type.String({ description: 'Pseudonymous; shown to the customer and to operations' }),
  ),
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
    customer_id: row.customer_id,
    price: priceOf(row.price === null ? null : Number(row.price), row.currency),
    reserved_until: row.reserved_until?.toISOString() ?? null,
    produced_at: row.produced_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    since: row.since.toISOString(),
  };
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
