import type { Region } from '@dabba/contracts';
import type { Knex } from 'knex';

/** Of one day by the clock of its metro: what fridges sold, and what came of it; minor units. `open`: not paid yet, nor owed. */
export interface SoldDay {
  metro: string;
  day: string;
  currency: string;
  meals: number;
  sold: number;
  captured: number;
  owed: number;
  open: number;
}

/** So many days up to that of now, the newest first. Captures are of the day of their sale, whenever they came. */
export async function soldDays(
  db: Knex,
  { metros }: Pick<Region, 'metros'>,
  metro: string | undefined,
  days: number,
): Promise<SoldDay[]> {
  const { rows } = await db.raw<{ rows: SoldDay[] }>(
    `with zones as (select * from unnest(:metros::text[], :zones::text[]) as z(metro, zone)
     ), paid as (
       select m.payment_id, m.metro, (min(m.sold_at) at time zone z.zone)::date as day, m.currency,
              z.zone, count(*) as meals, sum(m.price) as sold
         from sold_meals m join zones z using (metro)
        where (:metro::text is null or m.metro = :metro) and m.day >= current_date - :days::int - 1
        group by m.payment_id, m.metro, z.zone, m.currency
     )
     select m.metro, to_char(m.day, 'YYYY-MM-DD') as day, m.currency, sum(m.meals)::float8 as meals, sum(m.sold)::float8 as sold,
            sum(coalesce(p.captured, 0))::float8 as captured, sum(coalesce(r.amount, 0))::float8 as owed,
            sum(case when coalesce(p.status, 'CANCELLED') in ('SUCCEEDED', 'CANCELLED') then 0 else m.sold end)::float8 as open
       from paid m left join payment_list p using (payment_id) left join receivables r using (payment_id)
      where m.day > (now() at time zone m.zone)::date - :days::int
      group by m.metro, m.day, m.currency order by m.day desc, m.metro, m.currency`,
    { metro: metro ?? null, days, metros: metros.map(({ id }) => id), zones: metros.map(({ zone }) => zone) },
  );
  return rows;
}
