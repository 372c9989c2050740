import { readFile } from 'node:fs/promises';
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table inbox (
      received_on date not null,
      id uuid not null,
      client text not null,
      metro text not null,
      format text not null check (format in ('JSON', 'XML')),
      type text not null,
      hash bytea not null,
      raw bytea not null,
      received_at timestamptz not null,
      primary key (received_on, id)
    ) partition by range (received_on);
    comment on table inbox is 'Raw bytes as received, by UTC day; the day of a receipt is that of its id';

    create table arrivals (
      client text not null,
      name bytea not null,
      receipt uuid not null,
      hash bytea not null,
      primary key (client, name)
    );
    comment on table arrivals is 'Which receipt a client''s content hash or Idempotency-Key stands for';

    create table due_judgements (
      id uuid primary key,
      received_on date not null,
      due_at timestamptz not null default now()
    );
    comment on table due_judgements is 'Received and not judged yet; a row goes with the transaction that judges it';

    create table due_registrations (
      receipt uuid not null,
      authority text not null,
      client text not null,
      metro text not null,
      received_on date not null,
      canonical jsonb not null,
      due_at timestamptz not null,
      attempts integer not null default 0,
      last_error text,
      primary key (receipt, authority)
    );
    create index on due_registrations (authority, due_at);
    comment on table due_registrations is 'Asked of an authority and not answered for good; attempts > 0: it may have it already';
  `);
  await knex.raw(`
    create function open_inbox_day(day date) returns void language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(hashtext('inbox day'));
      execute format('create table if not exists %I partition of inbox for values from (%L) to (%L)',
                     'inbox_' || to_char(day, 'YYYYMMDD'), day, day + 1);
    end $$;
  `);
  await knex.raw(await readFile(new URL('./take-receipts.sql', import.meta.url), 'utf8'));
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop function take_receipts, open_inbox_day; drop table due_registrations, due_judgements, arrivals, inbox',
  );
}
