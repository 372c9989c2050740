import { defineReadModel } from '@dabba/projections';

/** A row for each event, beside the time its command was decided at. */
export const seenEvents = defineReadModel({
  name: 'bench-seen',
  topics: ['meals'],
  tables: {
    seen_events: {
      kind: 'rows',
      key: ['stream'],
      create(table) {
        table.text('stream').primary();
        table.bigInteger('decided_at').notNullable();
        table.text('sku').notNullable();
      },
    },
  },
  on: {
    LotCreated: ({ data, meta }, rows) =>
      rows.put('seen_events', { stream: meta.stream, decided_at: meta.time, sku: data.sku }),
    MealProduced: ({ data, meta }, rows) =>
      rows.put('seen_events', { stream: meta.stream, decided_at: meta.time, sku: data.sku }),
  },
});
