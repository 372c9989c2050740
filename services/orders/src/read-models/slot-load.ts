import type { Instant } from '@dabba/contracts';
import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';

/** Items that are to be made for each pickup slot. It trails: who takes a slot is decided by the slot itself. */
export const slotLoad = defineReadModel({
  name: 'slot-load',
  topics: ['orders'],
  tables: {
    slot_load: {
      kind: 'counters',
      key: ['outlet_id', 'slot'],
      create(table) {
        table.text('outlet_id').notNullable();
        table.bigInteger('slot').notNullable();
        table.integer('taken').notNullable();
        table.primary(['outlet_id', 'slot']);
      },
    },
  },
  on: {
    SlotTaken: ({ data: { outletId: outlet_id, slot, quantity } }, rows) =>
      rows.add('slot_load', { outlet_id, slot }, { taken: quantity }),
    SlotFreed: ({ data: { outletId: outlet_id, slot, quantity } }, rows) =>
      rows.add('slot_load', { outlet_id, slot }, { taken: -quantity }),
  },
});

/** @returns beginning of a slot → items that are taken of it */
export async function slotsTaken(
  db: Knex,
  outletId: string,
  from: Instant,
  to: Instant,
): Promise<ReadonlyMap<Instant, number>> {
  const rows = await db<{ outlet_id: string; slot: string; taken: number }>('slot_load')
    .where({ outlet_id: outletId })
    .whereBetween('slot', [from, to])
    .select('slot', 'taken');
  return new Map(rows.map(({ slot, taken }) => [Number(slot), taken]));
}
