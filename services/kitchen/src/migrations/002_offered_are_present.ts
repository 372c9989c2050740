import type { Knex } from 'knex';

/** What a kitchen has before it is found by its place, those included that its vendor has not taken yet. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index dabba.kitchen_present;
    create index kitchen_present on dabba.streams ((state ->> 'outletId'))
      where type = 'ticket' and state ->> 'status' in ('OFFERED', 'OPEN', 'FIRED', 'STARTED', 'READY');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index dabba.kitchen_present;
    create index kitchen_present on dabba.streams ((state ->> 'outletId'))
      where type = 'ticket' and state ->> 'status' in ('OPEN', 'FIRED', 'STARTED', 'READY');
  `);
}
