import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('secrets', (table) => {
    table.text('principal_id').primary();
    table.text('login').notNullable().unique();
    table.text('kind').notNullable().checkIn(['password', 'client_secret']);
    table.text('hash').notNullable().comment('argon2id, PHC string');
  });
  await knex.schema.createTable('signing_keys', (table) => {
    table.text('kid').primary();
    table.jsonb('private_jwk').comment('null for a key whose private half is only in the environment');
    table.jsonb('public_jwk').notNullable();
    table.timestamp('created_at').notNullable();
    table.timestamp('retired_at').comment('not listed in the JWKS from then on');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('signing_keys');
  await knex.schema.dropTable('secrets');
}
