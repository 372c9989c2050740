import type { Pool } from 'pg';
import type { WebhookSettings } from './settings.ts';

export interface Secret {
  secret: string;
  /** ISO time from which on it signs nothing any more; null for the current one. */
  until: string | null;
}

/** A delivery that is ours until its lease ends. */
export interface Claimed {
  endpoint: string;
  event_id: string;
  body: string;
  /** This one included; also what tells this lease from the next. */
  attempts: number;
  url: string;
  secrets: Secret[];
  /** Of the endpoint, in a row, before this. */
  failures: number;
}

export interface Claim {
  /** Endpoints after this one; the round begins again where it comes back short. */
  after: string;
  most: number;
  /** Milliseconds. */
  lease: number;
  /** Most of an endpoint. */
  each: number;
  /** Those under way here already. */
  busy: ReadonlyMap<string, number>;
  /** Failures in a row from which on an endpoint gets one at a time. */
  failures: number;
}

/**
 * Takes due deliveries, going round the endpoints so that none waits behind another. One that fails again and again is left
 * alone by all replicas until its time, then gets a single one, which decides. The clock is the database's.
 */
export async function claim(pool: Pool, wanted: Claim): Promise<Claimed[]> {
  const { after, most, lease, each, busy, failures } = wanted;
  const { rows } = await pool.query<Claimed>({
    name: 'claim-deliveries',
    text: `
      with recursive endpoints(id) as (
        select min(endpoint) from webhook_deliveries where dead_at is null and endpoint > $1::bigint
        union all
        select (select min(d.endpoint) from webhook_deliveries d where d.dead_at is null and d.endpoint > e.id)
          from endpoints e where e.id is not null
      ), picked as (
        select p.endpoint, p.event_id
          from endpoints e
          join webhook_endpoints w on w.id = e.id and w.status = 'ENABLED' and w.not_before <= now()
         cross join lateral (
           select d.endpoint, d.event_id from webhook_deliveries d
            where d.endpoint = e.id and d.dead_at is null and d.due_at <= now()
            order by d.due_at
            limit greatest(0, case when w.failures >= $5 then 1 else $4 end
                              - coalesce((select b.n from unnest($6::bigint[], $7::int[]) b(id, n)
                                           where b.id = e.id), 0))
              for update skip locked) p
         limit $2
      ), alone as (
        update webhook_endpoints w set not_before = now() + $3 * interval '1 millisecond'
         where w.failures >= $5 and w.id in (select endpoint from picked)
      )
      update webhook_deliveries d
         set attempts = d.attempts + 1, due_at = now() + $3 * interval '1 millisecond'
        from picked p, webhook_endpoints w
       where d.endpoint = p.endpoint and d.event_id = p.event_id and w.id = d.endpoint
      returning d.endpoint, d.event_id, d.body, d.attempts, w.url, w.secrets, w.failures`,
    values: [after, most, lease, each, failures, [...busy.keys()], [...busy.values()]],
  });
  return rows;
}

/** What became of a claimed one. */
export type Settled = Pick<Claimed, 'endpoint' | 'event_id' | 'attempts'> &
  (
    | { is: 'delivered' }
    /** Milliseconds until it is tried again, and until anything is sent to its endpoint. */
    | { is: 'failed'; error: string; wait: number; pause: number }
  );

/** Records outcomes, many at a time; leases that have passed to others stay with them. */
export async function settle(
  pool: Pool,
  settled: readonly Settled[],
  { patience, failures }: Pick<WebhookSettings, 'patience' | 'failures'>,
): Promise<void> {
  const outcomes = settled.map((one) => ({
    ...one,
    error: one.is === 'failed' ? one.error : null,
    wait: one.is === 'failed' ? one.wait : 0,
    pause: one.is === 'failed' ? one.pause : 0,
  }));
  await pool.query({
    name: 'settle-deliveries',
    text: `
      with outcome as (
        select * from unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::float8[], $6::float8[])
                 o(endpoint, event_id, attempts, error, wait, pause)
      ), gone as (
        delete from webhook_deliveries d using outcome o
         where o.error is null and d.endpoint = o.endpoint and d.event_id = o.event_id
      ), later as (
        update webhook_deliveries d
           set due_at = now() + o.wait * interval '1 millisecond', last_error = o.error,
               dead_at = coalesce(d.dead_at,
                     case when d.created_at + $7 * interval '1 millisecond' < now() then now() end)
          from outcome o
         where o.error is not null and d.endpoint = o.endpoint and d.event_id = o.event_id
           and d.attempts = o.attempts
      ), counted as (
        select endpoint, bool_or(error is null) as took, count(error)::int as failed, max(pause) as pause
          from outcome group by endpoint
      )
      update webhook_endpoints w
         set failures = case when c.took then 0 else w.failures + c.failed end,
             failing_since = case when not c.took then coalesce(w.failing_since, now()) end,
             not_before = case when c.pause > 0 and w.failures >= $8 then now() + c.pause * interval '1 millisecond'
                               when c.pause > 0
                               then greatest(w.not_before, now() + c.pause * interval '1 millisecond')
                               when c.took then '-infinity' else w.not_before end
        from counted c
       where w.id = c.endpoint and (not c.took or c.pause > 0 or w.failures > 0 or w.not_before > now())`,
    values: [
      outcomes.map(({ endpoint }) => endpoint),
      outcomes.map(({ event_id }) => event_id),
      outcomes.map(({ attempts }) => attempts),
      outcomes.map(({ error }) => error),
      outcomes.map(({ wait }) => wait),
      outcomes.map(({ pause }) => pause),
      patience,
      failures,
    ],
  });
}
