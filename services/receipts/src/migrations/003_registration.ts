import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index due_registrations_by_client on due_registrations (authority, client, due_at);
    comment on column due_registrations.due_at is
      'Not before; while it is being asked: until when nobody else may ask (its lease)';

    create table refused_registrations (
      receipt uuid not null,
      authority text not null,
      client text not null,
      metro text not null,
      received_on date not null,
      canonical jsonb not null,
      attempts integer not null,
      reason text not null,
      refused_at timestamptz not null,
      primary key (receipt, authority)
    );
    create index on refused_registrations (authority, refused_at, receipt);
    create index on refused_registrations (refused_at, receipt, authority);
    comment on table refused_registrations is 'Dead letters: refused for good by an authority, until somebody reopens them';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table refused_registrations; drop index due_registrations_by_client');
}
