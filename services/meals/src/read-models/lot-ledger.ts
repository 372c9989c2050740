import { defineReadModel, type Row } from '@dabba/projections';
import type { Place } from '../meal/meal.ts';

/**
 * Lots, and every meal of them with where it is, how it ended, and in which fridge it was last seen. A ledger is a
 * grouping of these rows and no counter of its own: a meal is one row, so sums balance whatever is told twice or late.
 */
export const lotLedger = defineReadModel({
  name: 'lot-ledger',
  topics: ['meals'],
  tables: {
    lots: {
      kind: 'rows',
      key: ['lot_id'],
      create(table) {
        table.text('lot_id').primary();
        table.text('sku').notNullable();
        table.text('kitchen_id').notNullable();
        table.text('metro').notNullable();
        table.integer('quantity').notNullable();
        // Null: unknown, which is not the same as none.
        table.specificType('allergens', 'text[]');
        table.specificType('may_contain', 'text[]');
        table.timestamp('recalled_at');
        table.text('recall_reason');
      },
    },
    lot_meals: {
      kind: 'rows',
      key: ['meal_id'],
      create(table) {
        table.text('meal_id').primary();
        table.text('lot_id').notNullable();
        table.text('sku').notNullable();
        table.text('kitchen_id').notNullable();
        table.text('metro').notNullable();
        table.date('day').notNullable();
        table.timestamp('produced_at').notNullable();
        table.timestamp('expires_at').notNullable();
        table.text('status').notNullable();
        table.text('fridge_id');
        table.text('place');
        table.text('courier_id');
        table.text('route_id');
        table.text('pick_list_id');
        table.text('customer_id');
        table.timestamp('sold_at');
        table.text('inside_fridge_id');
        table.timestamp('seen_at').notNullable();
        table.index(['lot_id', 'meal_id']);
        table.index(['fridge_id', 'day']);
        table.index(['metro', 'day']);
        table.index(['inside_fridge_id']);
        table.index(['kitchen_id', 'status', 'sku', 'expires_at']);
        table.index(['metro', 'place']);
        table.index(['courier_id', 'place']);
      },
    },
  },
  on: {
    LotCreated({ data, meta }, rows) {
      rows.put('lots', {
        lot_id: data.lotId,
        sku: data.sku,
        kitchen_id: data.kitchenId,
        metro: meta.metro,
        quantity: data.quantity,
        allergens: data.allergensKnown ? data.allergens : null,
        may_contain: data.mayContainKnown ? data.mayContain : null,
        recalled_at: null,
        recall_reason: null,
      });
    },
    LotRecalled: ({ data: { lotId, reason, recalledAt } }, rows) =>
      rows.patch('lots', { lot_id: lotId }, { recalled_at: new Date(recalledAt), recall_reason: reason }),
    MealProduced({ data, meta }, rows) {
      rows.put('lot_meals', {
        meal_id: data.mealId,
        lot_id: data.lotId,
        sku: data.sku,
        kitchen_id: data.kitchenId,
        metro: meta.metro,
        day: new Date(data.producedAt).toISOString().slice(0, 10),
        produced_at: new Date(data.producedAt),
        expires_at: new Date(data.expiresAt),
        status: 'PRODUCED',
        fridge_id: null,
        place: 'KITCHEN',
        courier_id: null,
        route_id: null,
        pick_list_id: null,
        customer_id: null,
        sold_at: null,
        inside_fridge_id: null,
        seen_at: new Date(data.producedAt),
      });
    },
    MealShipped({ data }, rows) {
      const { fridgeId: fridge_id, courierId: courier_id, routeId, shippedAt } = data;
      const trip = { status: 'IN_TRANSIT', fridge_id, courier_id, route_id: routeId, pick_list_id: null };
      rows.patch('lot_meals', keyOf(data), { ...trip, ...at('IN_TRANSIT', shippedAt) });
    },
    MealPicked: ({ data }, rows) => rows.patch('lot_meals', keyOf(data), { pick_list_id: data.pickListId }),
    MealUnpicked: ({ data }, rows) => rows.patch('lot_meals', keyOf(data), { pick_list_id: null }),
    MealStocked: ({ data }, rows) =>
      rows.patch('lot_meals', keyOf(data), {
        status: 'STOCKED',
        fridge_id: data.fridgeId,
        customer_id: null,
        ...inside(data.fridgeId, data.stockedAt),
      }),
    MealReserved: ({ data }, rows) =>
      rows.patch('lot_meals', keyOf(data), { status: 'RESERVED', customer_id: data.customerId }),
    MealReservationReleased: ({ data }, rows) =>
      rows.patch('lot_meals', keyOf(data), { status: 'STOCKED', customer_id: null }),
    MealSold: ({ data }, rows) =>
      rows.patch('lot_meals', keyOf(data), {
        status: 'SOLD',
        customer_id: data.customerId,
        sold_at: new Date(data.soldAt),
        ...at('CUSTOMER', data.soldAt),
      }),
    MealRefunded: ({ data }, rows) => rows.patch('lot_meals', keyOf(data), { status: 'REFUNDED' }),
    MealExpired: ({ data }, rows) => rows.patch('lot_meals', keyOf(data), ended('EXPIRED')),
    MealSpoiled: ({ data }, rows) => rows.patch('lot_meals', keyOf(data), ended('SPOILED')),
    MealWithdrawn: ({ data }, rows) => rows.patch('lot_meals', keyOf(data), ended('WITHDRAWN')),
    MealReturned: ({ data }, rows) =>
      rows.patch('lot_meals', keyOf(data), { ...ended('RETURNED'), ...at(null, data.returnedAt) }),
    MealRemoved: ({ data }, rows) => rows.patch('lot_meals', keyOf(data), at(null, data.removedAt)),
    MealUnexplained: ({ data }, rows) =>
      rows.patch('lot_meals', keyOf(data), {
        status: 'UNEXPLAINED',
        customer_id: data.customerId,
        pick_list_id: null,
        ...at(null, data.observedAt),
      }),
    /** Changes nothing of what the meal is; where it was seen last does change. */
    MealFactDisputed({ data }, rows) {
      const { fridgeId, observedAt } = data;
      const seen = data.observation === 'STOCKED' ? inside(fridgeId, observedAt) : at(null, observedAt);
      rows.change('lot_meals', keyOf(data), (row) =>
        row && isLater(row, data.observedAt) ? { ...row, ...seen } : row,
      );
    },
  },
});

function keyOf({ mealId }: { mealId: string }): Row {
  return { meal_id: mealId };
}

function ended(status: string): Row {
  return { status, customer_id: null, pick_list_id: null };
}

function inside(fridgeId: string, seenAt: number): Row {
  return { place: 'FRIDGE', inside_fridge_id: fridgeId, seen_at: new Date(seenAt) };
}

/** Anywhere but in a fridge. */
function at(place: Exclude<Place, 'FRIDGE'>, seenAt: number): Row {
  return { place, inside_fridge_id: null, seen_at: new Date(seenAt) };
}

function isLater({ seen_at }: Row, at: number): boolean {
  return seen_at instanceof Date && at > seen_at.getTime();
}
