import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table receipt_types (
      type text not null,
      format text not null check (format in ('JSON', 'XML')),
      version integer not null check (version > 0),
      definition json not null,
      hash text not null,
      created_by text not null,
      created_at timestamptz not null,
      primary key (type, format, version)
    );
    comment on table receipt_types is 'Rules of receipts, every version that ever judged one';
    create function keep_receipt_types() returns trigger language plpgsql as $$
    begin
      raise exception 'A version of a type of receipt is never changed; make another';
    end $$;
    create trigger keep_receipt_types before update or delete on receipt_types
      for each row execute function keep_receipt_types();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table receipt_types; drop function keep_receipt_types');
}
