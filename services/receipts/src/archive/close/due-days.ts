import type { Pool } from 'pg';

const dayLength = 86_400_000;

/** Days in hot tables that are older than so many days, oldest first, and whether each is in the archive already. @param now UTC milliseconds */
export async function dueDays(
  pool: Pool,
  hotDays: number,
  now: number,
): Promise<{ day: string; archived: boolean }[]> {
  const first = new Date(now - hotDays * dayLength).toISOString().slice(0, 10);
  const { rows } = await pool.query<{ day: string; archived: boolean }>(
    `with hot as (
       select to_date(substr(c.relname, 7), 'YYYYMMDD') as day
         from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'inbox'::regclass)
     select day::text as day, archived from (
       select h.day, a.day is not null as archived from hot h left join archived_days a on a.day = h.day where h.day < $1
        union
       select day, true from archived_days where swept_at is null) due
     order by day`,
    [first],
  );
  return rows;
}

/** Archived days whose receipts are in the list all the same: a rebuild folds the whole log. */
export async function resurrected(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ day: string }>(
    `select d.day::text as day from archived_days d where exists (
       select from receipt_list l where l.receipt_id >= first_receipt_of(d.day) and l.receipt_id < first_receipt_of(d.day + 1))`,
  );
  return rows.map(({ day }) => day);
}
