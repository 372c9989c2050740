import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table archived_days (
      day date primary key,
      receipts bigint not null,
      digest text not null,
      manifest text not null,
      archived_at timestamptz not null,
      swept_at timestamptz
    );
    comment on table archived_days is 'UTC days whose receipts are read from the archive; the row is what moves a day';
    comment on column archived_days.manifest is 'Its key in the object store, from which this row can be made again';
    comment on column archived_days.swept_at is 'When nothing of the day was left in hot tables; null: still to be done';

    create table archived_parts (
      key text primary key,
      day date not null references archived_days,
      receipts bigint not null,
      bytes bigint not null,
      sha256 text not null,
      first_client text collate "C" not null,
      last_client text collate "C" not null
    );
    create index on archived_parts (day);
    comment on table archived_parts is 'Parquet files of archived days: who is in them, so that a question opens few';

    -- Names in arrivals come in order of time, so that few pages know where a day is.
    create index arrivals_by_receipt on arrivals using brin (receipt) with (pages_per_range = 32);
  `);
  await knex.raw(`
    create function receipt_day(id uuid) returns date immutable language sql
      return (uuid_extract_timestamp(id) at time zone 'UTC')::date;
    create function first_receipt_of(day date) returns uuid immutable language sql
      return rpad(lpad(to_hex((extract(epoch from day) * 1000)::bigint), 12, '0'), 32, '0')::uuid;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop function receipt_day, first_receipt_of; drop index arrivals_by_receipt; drop table archived_parts, archived_days',
  );
}
