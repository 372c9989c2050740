import type { Recorded } from '@dabba/contracts';
import { defineReadModel, type Rows } from '@dabba/projections';
import type { Knex } from 'knex';

type Sign = { data: { device: string; observedAt: number } } & Pick<Recorded, 'meta'>;

/** The last time each fridge was heard, by its own clock. */
function heard({ data: { device, observedAt } }: Sign, rows: Rows<'fridge_signs'>): void {
  const key = { fridge_id: device };
  rows.change('fridge_signs', key, (row) => {
    const before = row?.last_seen instanceof Date ? row.last_seen.getTime() : 0;
    return { ...key, last_seen: new Date(Math.max(before, observedAt)) };
  });
}

export const fridgeSigns = defineReadModel({
  name: 'fridge-signs',
  topics: ['fridge-facts'],
  tables: {
    fridge_signs: {
      kind: 'rows',
      key: ['fridge_id'],
      create(table) {
        table.text('fridge_id').primary();
        table.timestamp('last_seen').notNullable();
      },
    },
  },
  on: {
    FridgeHeartbeat: heard,
    FridgeMealStocked: heard,
    FridgeMealSold: heard,
    FridgeCommandDone: heard,
    FridgeDoorOpened: heard,
    FridgeDoorClosed: heard,
    FridgeMealMissing: heard,
  },
});

export async function lastSignOf(db: Knex, fridgeId: string): Promise<number | undefined> {
  const row = await db<{ fridge_id: string; last_seen: Date }>('fridge_signs')
    .where({ fridge_id: fridgeId })
    .first();
  return row?.last_seen.getTime();
}
