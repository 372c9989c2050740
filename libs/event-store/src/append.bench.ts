import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { testDatabase } from '@dabba/testing';
import pg from 'pg';
import { measure, medianOf, type Run } from './bench/measure.ts';
import { fill, ours } from './bench/ours.ts';
import { rawOn } from './bench/raw.ts';
import { migrateStore, openStore } from './index.ts';
import { region } from './spec/shelf.ts';

export interface Measured {
  name: string;
  value: number;
  unit: string;
  /** To the raw ceiling taken in the same run. */
  ratio?: number;
  target?: string;
  pass: boolean;
}

export interface BenchOptions {
  rounds?: number;
  /** Milliseconds of each measurement. */
  each?: number;
}

const streams = 10_000;

/**
 * Existing streams of a few events: load, decide, append two events, through `execute`; against raw pg, taken in turn.
 * Needs DATABASE_URL.
 */
export async function bench({ rounds = 3, each = 2000 }: BenchOptions = {}): Promise<Measured[]> {
  const database = await testDatabase('bench', 32);
  try {
    await migrateStore(database.pool);
    const pool = new pg.Pool({ connectionString: database.url, max: 8 });
    const store = await openStore({ pool, region });
    await fill(store, streams);
    const raw = await rawOn(database.pool, streams);
    await database.pool.query('vacuum analyze');
    const settings = await settingsOf(database.pool);

    const variants = { cte: raw.cte, six: raw.six, ours: ours(store, streams) };
    const runs = { cte: [] as Run[], six: [] as Run[], ours: [] as Run[] };
    const alone = { cte: [] as Run[], ours: [] as Run[] };
    for (const name of names(variants)) await measure(variants[name], 64, each / 4);
    for (let round = 0; round < rounds; round++) {
      for (const name of names(variants)) runs[name].push(await measure(variants[name], 64, each));
      for (const name of names(alone)) alone[name].push(await measure(variants[name], 1, each / 2));
    }
    const three = await threeProcesses(database.url, rounds, each);
    await store.close();
    await pool.end();
    return [
      ...settings,
      ...judge(medianOf(runs.cte), medianOf(runs.six), medianOf(runs.ours)),
      ...judgeAlone(medianOf(alone.cte), medianOf(alone.ours)),
      {
        ...figure('three processes', three.rate, 'commands/s'),
        ratio: round2(three.rate / medianOf(runs.ours).rate),
      },
      figure('three processes, p99', three.p99, 'ms'),
    ];
  } finally {
    await database.drop();
  }
}

function judge(cte: Run, six: Run, store: Run): Measured[] {
  return [
    figure('read + one CTE, 64 callers', cte.rate, 'commands/s'),
    figure('read + one CTE, 64 callers, p99', cte.p99, 'ms'),
    figure('six statements, 64 callers', six.rate, 'commands/s'),
    figure('six statements, 64 callers, p99', six.p99, 'ms'),
    figure('event store, 64 callers, p50', store.p50, 'ms'),
    against('event store, 64 callers, over the CTE', store.rate, 'commands/s', store.rate / cte.rate, 3),
    against(
      'event store, 64 callers, over six statements',
      store.rate,
      'commands/s',
      store.rate / six.rate,
      5,
    ),
    {
      ...figure('event store, 64 callers, p99', store.p99, 'ms'),
      ratio: round2(store.p99 / Math.min(cte.p99, six.p99)),
      target: 'no worse than either',
      pass: store.p99 <= Math.min(cte.p99, six.p99),
    },
  ];
}

function judgeAlone(cte: Run, store: Run): Measured[] {
  return [
    figure('read + one CTE, one caller', cte.rate, 'commands/s'),
    against('event store, one caller, over the CTE', store.rate, 'commands/s', store.rate / cte.rate, 0.8),
  ];
}

function figure(name: string, value: number, unit: string): Measured {
  return { name, value: round2(value), unit, pass: true };
}

function against(name: string, value: number, unit: string, ratio: number, least: number): Measured {
  return {
    name,
    value: round2(value),
    unit,
    ratio: round2(ratio),
    target: `at least ${least}`,
    pass: ratio >= least,
  };
}

/** A figure without durability means nothing. */
async function settingsOf(pool: pg.Pool): Promise<Measured[]> {
  const wanted = ['fsync', 'synchronous_commit', 'full_page_writes'];
  const { rows } = await pool.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any($1)',
    [wanted],
  );
  return rows.map(({ name, setting }) => ({
    name,
    value: setting === 'on' ? 1 : 0,
    unit: setting,
    target: 'on',
    pass: setting === 'on',
  }));
}

async function threeProcesses(url: string, rounds: number, each: number): Promise<Run> {
  const program = fileURLToPath(new URL('bench/one-process.ts', import.meta.url));
  const processes = Array.from({ length: 3 }, () =>
    fork(program, [url, String(streams)], { execArgv: ['--import', 'tsx'] }),
  );
  try {
    await Promise.all(processes.map((child) => once(child, 'message')));
    const sums: Run[] = [];
    for (let round = 0; round < rounds; round++) {
      const runs = await Promise.all(processes.map((child) => ask(child, each)));
      sums.push({
        rate: runs.reduce((sum, { rate }) => sum + rate, 0),
        p50: Math.max(...runs.map(({ p50 }) => p50)),
        p99: Math.max(...runs.map(({ p99 }) => p99)),
      });
    }
    return medianOf(sums);
  } finally {
    for (const child of processes) child.disconnect();
  }
}

async function ask(child: ChildProcess, milliseconds: number): Promise<Run> {
  child.send(milliseconds);
  const [run]: Run[] = await once(child, 'message');
  if (!run) throw new Error('no measurement');
  return run;
}

function names<K extends string>(of: Record<K, unknown>): K[] {
  const found: K[] = [];
  for (const key in of) found.push(key);
  return found;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const measured = await bench();
  console.table(measured);
  process.exitCode = measured.every(({ pass }) => pass) ? 0 : 1;
}
