import { defineReadModel, type Row } from '@dabba/projections';
import type { Knex } from 'knex';

/** Milliseconds a fridge may say it was away for: a clock that was wrong by years says more. */
const awayAtMost = 31 * 24 * 3_600_000;
const day = 24 * 3_600_000;

/**
 * What fridges sold by themselves, by UTC day of the fridge's clock: what is at risk, and what would have been refused
 * without it. Sales come from the log of decisions, absences from the facts, so each has a table of its own.
 */
export const exposure = defineReadModel({
  name: 'exposure',
  topics: ['fridges', 'fridge-facts'],
  tables: {
    exposure_sales: {
      kind: 'rows',
      key: ['fridge_id', 'day', 'currency'],
      create(table) {
        table.text('fridge_id').notNullable();
        table.text('day').notNullable();
        table.text('currency').notNullable();
        table.text('metro').notNullable();
        table.integer('sales').notNullable();
        table.bigInteger('at_risk').notNullable();
        table.integer('beyond_policy').notNullable();
        table.bigInteger('beyond_policy_amount').notNullable();
        table.bigInteger('oldest_policy');
        table.primary(['fridge_id', 'day', 'currency']);
        table.index(['metro', 'day']);
      },
    },
    exposure_away: {
      kind: 'counters',
      key: ['fridge_id', 'day', 'metro'],
      create(table) {
        table.text('fridge_id').notNullable();
        table.text('day').notNullable();
        table.text('metro').notNullable();
        table.bigInteger('millis').notNullable();
        table.primary(['fridge_id', 'day', 'metro']);
        table.index(['metro', 'day']);
      },
    },
  },
  on: {
    OfflineSaleReconciled({ data, meta: { metro } }, rows) {
      const { fridgeId: fridge_id, currency, price, charged, broken, policyAgeMillis, soldAt } = data;
      const key = { fridge_id, day: dayOf(soldAt), currency };
      const blank: Row = {
        sales: 0,
        at_risk: 0,
        beyond_policy: 0,
        beyond_policy_amount: 0,
        oldest_policy: null,
      };
      const beyond = broken.length > 0;
      rows.change('exposure_sales', key, (row = blank) => ({
        ...key,
        metro,
        sales: Number(row.sales) + 1,
        at_risk: Number(row.at_risk) + (charged ? price : 0),
        beyond_policy: Number(row.beyond_policy) + Number(beyond),
        beyond_policy_amount: Number(row.beyond_policy_amount) + (beyond && charged ? price : 0),
        oldest_policy: oldest(row.oldest_policy, policyAgeMillis),
      }));
    },
    FridgeWasAway({ data: { device, since, observedAt }, meta: { metro } }, rows) {
      const from = Math.max(since, observedAt - awayAtMost);
      for (let at = from; at < observedAt; ) {
        const end = Math.min(observedAt, (Math.floor(at / day) + 1) * day);
        rows.add('exposure_away', { fridge_id: device, day: dayOf(at), metro }, { millis: end - at });
        at = end;
      }
    },
  },
});

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function oldest(known: unknown, age: number | null): number | null {
  if (known === null || known === undefined) return age;
  return age === null ? Number(known) : Math.max(Number(known), age);
}

export interface ExposureRow {
  fridge_id: string;
  day: string;
  /** Null where the fridge was away and sold nothing. */
  currency: string | null;
  sales: number;
  /** Minor units. */
  at_risk: number;
  beyond_policy: number;
  beyond_policy_amount: number;
  /** Milliseconds; null where no policy was known. */
  oldest_policy: number | null;
  away_millis: number;
}

/** By fridge, then currency, of one day. */
export async function exposureOf(
  db: Knex,
  filter: { metro: string | undefined; day: string; fridgeId: string | undefined },
): Promise<ExposureRow[]> {
  const { metro = null, day: on, fridgeId = null } = filter;
  const { rows } = await db.raw<{ rows: ExposureRow[] }>(
    `select coalesce(s.fridge_id, a.fridge_id) as fridge_id, coalesce(s.day, a.day) as day, s.currency,
            coalesce(s.sales, 0) as sales, coalesce(s.at_risk, 0)::float8 as at_risk,
            coalesce(s.beyond_policy, 0) as beyond_policy,
            coalesce(s.beyond_policy_amount, 0)::float8 as beyond_policy_amount,
            s.oldest_policy::float8 as oldest_policy, coalesce(a.millis, 0)::float8 as away_millis
       from (select * from exposure_sales where day = :on and (:metro::text is null or metro = :metro)
                and (:fridgeId::text is null or fridge_id = :fridgeId)) s
       full join (select * from exposure_away where day = :on and (:metro::text is null or metro = :metro)
                and (:fridgeId::text is null or fridge_id = :fridgeId)) a
         on a.fridge_id = s.fridge_id and a.metro = s.metro
      order by 1, 3`,
    { on, metro, fridgeId },
  );
  return rows;
}
