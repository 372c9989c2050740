import { defineReadModel } from '@dabba/projections';
import type { Knex } from 'knex';

/** When customers asked for doors, for the limit on how often. */
export const sessionStarts = defineReadModel({
  name: 'session-starts',
  topics: ['fridges'],
  tables: {
    session_starts: {
      kind: 'rows',
      key: ['session_id'],
      create(table) {
        table.text('session_id').primary();
        table.text('customer_id');
        table.timestamp('started_at').notNullable();
        table.index(['customer_id', 'started_at']);
      },
    },
  },
  on: {
    DoorSessionStarted: ({ data }, rows) =>
      rows.put('session_starts', {
        session_id: data.sessionId,
        customer_id: data.customerId,
        started_at: new Date(data.startedAt),
      }),
  },
});

export async function startsOf(db: Knex, customerId: string, since: number): Promise<number> {
  const [row] = await db('session_starts')
    .where({ customer_id: customerId })
    .where('started_at', '>', new Date(since))
    .count({ count: '*' });
  return Number(row?.count ?? 0);
}
