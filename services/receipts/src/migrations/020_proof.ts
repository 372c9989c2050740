import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table receipt_roots (
      day date primary key,
      size bigint not null,
      root text not null,
      previous text,
      hash text not null,
      kid text not null,
      jws text not null,
      rooted_at timestamptz not null
    );
    comment on table receipt_roots is 'The signed hash over everything that came in on a UTC day';
    comment on column receipt_roots.hash is 'SHA-256 of the JWS, hex: what the next day signs as its previous';

    create table root_keys (
      kid text primary key,
      private_jwk jsonb,
      public_jwk jsonb not null,
      created_at timestamptz not null
    );
    comment on column root_keys.private_jwk is 'null for a key whose private half is only in the environment';

    create table acknowledgements (
      receipt uuid not null,
      authority text not null,
      at timestamptz not null,
      outcome text not null check (outcome in ('REGISTERED', 'REFUSED')),
      body text not null,
      primary key (receipt, authority, at)
    );
    comment on table acknowledgements is 'What authorities said of a receipt for good, as it came, until its day is in the archive';
  `);
  // Whoever still waits to write has the lock first; whoever comes later finds the trigger.
  await knex.raw(`
    create function refuse_late_receipt() returns trigger language plpgsql as $$
    begin
      raise exception 'The day of this receipt is closed: its root is signed';
    end $$;
    create function seal_inbox_day(day date) returns void language plpgsql as $$
    begin
      perform open_inbox_day(day);
      execute format('create or replace trigger sealed before insert on %I for each row execute function refuse_late_receipt()',
                     'inbox_' || to_char(day, 'YYYYMMDD'));
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop function seal_inbox_day; drop function refuse_late_receipt cascade; drop table acknowledgements, root_keys, receipt_roots',
  );
}
