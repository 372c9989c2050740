import type { Pool, PoolClient } from 'pg';
import type { Secret } from './due.ts';
import type { WebhookId } from './endpoint.ts';
import type { End } from './tell.ts';

export interface EndpointRow {
  id: string;
  client: string;
  name: string;
  metro: string;
  url: string;
  ends: End[];
  secrets: Secret[];
  status: 'ENABLED' | 'DISABLED';
  disabled_reason: string | null;
  failing_since: Date | null;
  set_at: Date;
  waiting: number;
  dead: number;
}

/** A client's endpoints, or the one of this name, with how much waits for each. */
export async function endpointsOf(
  pool: Pick<Pool | PoolClient, 'query'>,
  client: string,
  name?: string,
): Promise<EndpointRow[]> {
  const { rows } = await pool.query<EndpointRow>(
    `select w.*,
            (select count(*)::int from webhook_deliveries d where d.endpoint = w.id and d.dead_at is null) as waiting,
            (select count(*)::int from webhook_deliveries d where d.endpoint = w.id and d.dead_at is not null) as dead
       from webhook_endpoints w where w.client = $1 and ($2::text is null or w.name = $2) order by w.name`,
    [client, name ?? null],
  );
  return rows;
}

export interface Setting extends WebhookId {
  metro: string;
  url: string;
  ends: readonly End[];
  /** Of a new endpoint. */
  secret: string;
  at: number;
}

/** Whether it is new: only then the secret is its own. Set again, it is switched on and its breaker closed. */
export async function putEndpoint(client: PoolClient, setting: Setting): Promise<{ isNew: boolean }> {
  const { client: clientId, name, metro, url, ends, secret, at } = setting;
  const { rows } = await client.query<{ is_new: boolean }>(
    `insert into webhook_endpoints (client, name, metro, url, ends, secrets, status, set_at)
     values ($1, $2, $3, $4, $5, $6, 'ENABLED', $7)
     on conflict (client, name) do update
        set url = excluded.url, ends = excluded.ends, status = 'ENABLED', disabled_reason = null, failures = 0,
            failing_since = null, not_before = '-infinity', set_at = excluded.set_at
     returning xmax = 0 as is_new`,
    [
      clientId,
      name,
      metro,
      url,
      [...ends],
      JSON.stringify([{ secret, until: null }]),
      new Date(at).toISOString(),
    ],
  );
  return { isNew: rows[0]?.is_new ?? false };
}

export interface DeliveryRow {
  event_id: string;
  receipt: string;
  attempts: number;
  created_at: Date;
  due_at: Date;
  dead_at: Date | null;
  last_error: string | null;
}

/** Of one endpoint by the id of the event, which goes by the time of the receipt. */
export async function deliveriesOf(
  pool: Pool,
  endpoint: string,
  { status, after, limit }: { status: 'WAITING' | 'DEAD' | undefined; after: string; limit: number },
): Promise<DeliveryRow[]> {
  const { rows } = await pool.query<DeliveryRow>(
    `select event_id, receipt, attempts, created_at, due_at, dead_at, last_error
       from webhook_deliveries
      where endpoint = $1 and event_id > $2 and ($3::boolean is null or (dead_at is not null) = $3)
      order by event_id limit $4`,
    [endpoint, after, status === undefined ? null : status === 'DEAD', limit],
  );
  return rows;
}

/** Dead letters wait again, these or all; how many. */
export async function redeliver(
  pool: Pool,
  endpoint: string,
  events: readonly string[] | undefined,
  most: number,
): Promise<number> {
  const { rowCount } = await pool.query(
    `update webhook_deliveries set dead_at = null, due_at = now(), created_at = now()
      where endpoint = $1 and event_id in (
              select event_id from webhook_deliveries
               where endpoint = $1 and dead_at is not null and ($2::text[] is null or event_id = any($2))
               order by event_id limit $3)`,
    [endpoint, events ?? null, most],
  );
  return rowCount ?? 0;
}
