import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table feed_tickets (
      hash bytea primary key,
      outlet_id text not null,
      principal text not null,
      expires_at timestamptz not null
    );
    comment on table feed_tickets is 'What opens a live feed, once; taken out by whoever uses it';

    create table vendor_secrets (
      vendor_id text not null,
      secret text not null,
      created_at timestamptz not null,
      ends_at timestamptz,
      primary key (vendor_id, secret)
    );
    comment on table vendor_secrets is 'What outside vendors sign with; never in an event or a log';

    create index kitchen_present on dabba.streams ((state ->> 'outletId'))
      where type = 'ticket' and state ->> 'status' in ('OPEN', 'FIRED', 'STARTED', 'READY');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table feed_tickets, vendor_secrets; drop index dabba.kitchen_present');
}
