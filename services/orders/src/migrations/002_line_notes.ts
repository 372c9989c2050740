import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table order_notes add column lines jsonb;
    comment on column order_notes.lines is 'Line -> what is wished of it';
    create table cart_notes (
      cart_item_id text primary key,
      customer_id text not null,
      special_requests text not null
    );
    comment on table cart_notes is 'What customers wrote of items in their carts: apart from the events, and gone with the cart';
    create index on cart_notes (customer_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table cart_notes; alter table order_notes drop column lines');
}
