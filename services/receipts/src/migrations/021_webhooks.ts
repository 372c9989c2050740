import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table webhook_endpoints (
      id bigint generated always as identity unique,
      client text not null,
      name text not null,
      metro text not null,
      url text not null,
      ends text[] not null,
      secrets jsonb not null,
      status text not null check (status in ('ENABLED', 'DISABLED')),
      disabled_reason text,
      failures integer not null default 0,
      failing_since timestamptz,
      not_before timestamptz not null default '-infinity',
      set_at timestamptz not null,
      primary key (client, name)
    );
    comment on table webhook_endpoints is 'Where clients want to hear of the ends of their receipts';
    comment on column webhook_endpoints.secrets is
      'Newest first: {secret, until}; one that was rolled over signs until then';
    comment on column webhook_endpoints.failures is 'In a row; the breaker of all replicas';
    comment on column webhook_endpoints.not_before is 'Nothing is sent before, as it asked or as its breaker wants it';

    create table webhook_deliveries (
      endpoint bigint not null references webhook_endpoints (id) on delete cascade,
      event_id text not null,
      receipt uuid not null,
      body text not null,
      created_at timestamptz not null default now(),
      due_at timestamptz not null default now(),
      attempts integer not null default 0,
      last_error text,
      dead_at timestamptz,
      primary key (endpoint, event_id)
    );
    create index on webhook_deliveries (endpoint, due_at) where dead_at is null;
    create index on webhook_deliveries (dead_at) where dead_at is not null;
    comment on table webhook_deliveries is 'Ends of receipts that an endpoint has not taken yet; dead_at: nobody tries any more';
    comment on column webhook_deliveries.due_at is 'Not before; while it is being sent: its lease';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table webhook_deliveries, webhook_endpoints');
}
