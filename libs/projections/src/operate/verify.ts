import type { PoolClient } from 'pg';
import type { ProjectionDeps } from '../consume/deps.ts';
import { createIn } from '../tables/index.ts';
import type { Difference, ReadModel, Row, TableSpec, VerifyReport } from '../types.ts';
import { lockShared } from './lock.ts';
import { LogFold, type OnProgress } from './log-fold.ts';
import { readSkips, readVector } from './vector.ts';

const mostShown = 100;

/**
 * Folds the log up to the checkpoints of one snapshot and compares with the rows of that very snapshot (P7). Writes
 * temporary tables only.
 * @throws Busy while the model is rebuilt
 */
export async function verify(
  model: ReadModel,
  deps: ProjectionDeps,
  onProgress?: OnProgress,
): Promise<VerifyReport> {
  const client = await deps.pool.connect();
  let broken = true;
  try {
    await client.query('begin isolation level repeatable read');
    await lockTables(client, model);
    await lockShared(client, model.name);
    const vector = await readVector(client, model);
    const skips = await readSkips(client, model);
    await createIn('pg_temp', model, client);
    const fold = await LogFold.into('pg_temp', model, deps, client);
    await fold.foldTo(vector, skips, onProgress);
    const report = await compareAll(client, model, fold.events);
    await client.query('rollback');
    broken = false;
    return report;
  } finally {
    client.release(broken);
  }
}

/** Before the first statement that takes a snapshot, so that no swap comes between. */
async function lockTables(client: PoolClient, model: ReadModel): Promise<void> {
  const tables = Object.keys(model.tables).sort();
  await client.query(
    `lock table ${tables.map((table) => `public."${table}"`).join(', ')} in access share mode`,
  );
}

async function compareAll(client: PoolClient, model: ReadModel, events: number): Promise<VerifyReport> {
  const report: VerifyReport = {
    model: model.name,
    equal: true,
    events,
    rows: 0,
    differences: [],
    differenceCount: 0,
  };
  for (const [table, spec] of Object.entries(model.tables)) {
    const { rows, count, differences } = await compare(client, table, spec);
    report.rows += rows;
    report.differenceCount += count;
    report.differences.push(...differences.slice(0, mostShown - report.differences.length));
  }
  report.equal = report.differenceCount === 0;
  return report;
}

interface Compared {
  live: Row | null;
  rebuilt: Row | null;
  total: string;
}

async function compare(client: PoolClient, table: string, spec: TableSpec) {
  const on = spec.key.map((name) => `l."${name}" = r."${name}"`).join(' and ');
  const { rows } = await client.query<Compared>(
    `select to_jsonb(l) as live, to_jsonb(r) as rebuilt, count(*) over () as total
       from ${staying('public', table, spec)} l full join ${staying('pg_temp', table, spec)} r on ${on}
      where to_jsonb(l) is distinct from to_jsonb(r)
      limit ${mostShown}`,
  );
  const counted = await client.query<{ count: string }>(
    `select count(*) from ${staying('public', table, spec)} l`,
  );
  const differences = rows.map(({ live, rebuilt }): Difference => {
    const some: Row = live ?? rebuilt ?? {};
    return {
      table,
      key: Object.fromEntries(spec.key.map((name) => [name, some[name] ?? null])),
      live: live ?? undefined,
      rebuilt: rebuilt ?? undefined,
    };
  });
  return { rows: Number(counted.rows[0]?.count ?? 0), count: Number(rows[0]?.total ?? 0), differences };
}

/** The rows that have not left for good. */
function staying(schema: string, table: string, { left }: TableSpec): string {
  return `(select * from ${schema}."${table}"${left === undefined ? '' : ` where (${left}) is not true`})`;
}
