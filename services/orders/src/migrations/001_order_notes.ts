import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table order_notes (
      order_id text primary key,
      customer_id text,
      special_requests text,
      deliver_to jsonb
    );
    comment on table order_notes is
      'What customers wrote, and where they are: apart from the events, so that it can be erased';
    create index on order_notes (customer_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table order_notes');
}
