import { loadRegion, topics } from '@dabba/contracts';
import { connectKafka, topicSettings } from '@dabba/kafka';
import type pg from 'pg';

/** What everything there is has done so far. */
export interface Spent {
  /** Of a database; undefined where the server does not count statements. */
  statements: number | undefined;
  transactions: number;
  walBytes: number;
  records: number;
  at: number;
}

/** @param prefix of the databases and topics that count */
export async function spentBy(pool: pg.Pool, prefix: string): Promise<Spent> {
  const { rows } = await pool.query<{ transactions: number; wal: number }>(
    `select (select coalesce(sum(xact_commit + xact_rollback), 0) from pg_stat_database where starts_with(datname, $1))::float8 as transactions,
            pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as wal`,
    [prefix],
  );
  const [{ transactions, wal } = { transactions: Number.NaN, wal: Number.NaN }] = rows;
  return {
    statements: await statements(pool, prefix),
    transactions,
    walBytes: wal,
    records: await records(prefix),
    at: performance.now(),
  };
}

export interface Cost {
  statements: number | undefined;
  transactions: number;
  walBytes: number;
  records: number;
}

/** Of each order between two looks, less what would have been spent on nothing in the meantime. */
export function costOf(idle: readonly [Spent, Spent], busy: readonly [Spent, Spent], orders: number): Cost {
  const each = (key: 'transactions' | 'walBytes' | 'records' | 'statements') => {
    const spent = ([from, to]: readonly [Spent, Spent]) =>
      (to[key] ?? Number.NaN) - (from[key] ?? Number.NaN);
    const lasted = ([from, to]: readonly [Spent, Spent]) => to.at - from.at;
    return (spent(busy) - (spent(idle) / lasted(idle)) * lasted(busy)) / orders;
  };
  const counted = each('statements');
  return {
    statements: Number.isNaN(counted) ? undefined : counted,
    transactions: each('transactions'),
    walBytes: each('walBytes'),
    records: each('records'),
  };
}

async function statements(pool: pg.Pool, prefix: string): Promise<number | undefined> {
  try {
    const { rows } = await pool.query<{ calls: number }>(
      `select coalesce(sum(calls), 0)::float8 as calls from pg_stat_statements s
         join pg_database d on d.oid = s.dbid where starts_with(d.datname, $1)`,
      [prefix],
    );
    return rows[0]?.calls;
  } catch {
    return undefined;
  }
}

async function records(prefix: string): Promise<number> {
  const brokers = (process.env.KAFKA_BROKERS ?? '').split(',');
  const kafka = connectKafka({ brokers, clientId: 'bench', prefix });
  try {
    let sum = 0;
    for (const { name } of topicSettings(topics, loadRegion(), { replicas: 1 }))
      for (const { low, high } of await kafka.admin.offsets(name)) sum += high - low;
    return sum;
  } finally {
    await kafka.close();
  }
}
