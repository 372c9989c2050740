import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('offline_keys', (table) => {
    table.text('kid').primary();
    table.jsonb('private_jwk').comment('null for a key whose private half is only in the environment');
    table.jsonb('public_jwk').notNullable();
    table.timestamp('created_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('offline_keys');
}
