import type { Knex } from 'knex';

/** Events a provider told us of, each once; and up to where we asked for those it did not. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('provider_notices', (table) => {
    table.text('provider').notNullable();
    table.text('event_id').notNullable();
    table.text('type').notNullable();
    table.text('intent_id');
    table.timestamp('created_at').notNullable();
    table.timestamp('received_at').notNullable().defaultTo(db.fn.now());
    table.text('by').notNullable().comment('webhook or poll');
    table.primary(['provider', 'event_id']);
    table.index(['received_at']);
  });
  await db.schema.createTable('provider_polls', (table) => {
    table.text('provider').primary();
    table.timestamp('asked_at').notNullable().comment('by our clock; everything of before is known');
  });
  await db.schema.createTable('provider_strays', (table) => {
    table.comment('Money a provider holds under an id of ours that no payment of ours goes by');
    table.text('provider').notNullable();
    table.text('intent_id').notNullable();
    table.text('payment_id').notNullable();
    table.text('currency').notNullable();
    table.bigInteger('net').notNullable();
    table.primary(['provider', 'intent_id']);
  });
  await db.schema.createTable('provider_seen', (table) => {
    table.text('payment_id').primary();
    table.text('provider').notNullable();
    table.text('intent_id').notNullable();
    table.text('currency').notNullable();
    table.bigInteger('captured').notNullable();
    table.bigInteger('refunded').notNullable();
    table.bigInteger('disputed').notNullable();
    table.timestamp('seen_at').notNullable();
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('provider_seen');
  await db.schema.dropTable('provider_strays');
  await db.schema.dropTable('provider_polls');
  await db.schema.dropTable('provider_notices');
}
