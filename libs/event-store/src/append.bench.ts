import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { durabilityOf, figure, judged, type Measured, ratioAtLeast, testDatabase } from '@dabba/testing';
import pg from 'pg';
import { measure, medianOf, type Run } from './bench/measure.ts';
import { fill, ours } from './bench/ours.ts';
import { rawOn } from './bench/raw.ts';
import { migrateStore, openStore } from './index.ts';
import { region } from './spec/shelf.ts';

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
    // As where the process' own relay leads, which is told directly.
    store.notifyOthers(false);
    await fill(store, streams);
    const raw = await rawOn(database.pool, streams);
    await database.pool.query('vacuum analyze');
    await durabilityOf(database.url);

    const variants = { cte: raw.cte, six: raw.six, ours: ours(store, streams) };
    const runs = { cte: [] as Run[], six: [] as Run[], ours: [] as Run[] };
    const alone = { cte: [] as Run[], ours: [] as Run[] };
    for (const name of names(variants)) await measure(variants[name], 64, each / 4);
    for (let round = 0; round < rounds; round++) {
      for (const name of names(variants)) runs[name].push(await measure(variants[name], 64, each));
      // In small slices, so that whatever else the machine does falls on both alike.
      for (let slice = 0; slice < 5; slice++)
        for (const name of names(alone)) alone[name].push(await measure(variants[name], 1, each / 10));
    }
    const three = await threeProcesses(database.url, rounds, each);
    await store.close();
    await pool.end();
    return [
      ...judge(medianOf(runs.cte), medianOf(runs.six), medianOf(runs.ours)),
      ...judgeAlone(medianOf(alone.cte), medianOf(alone.ours)),
      figure('three processes', three.rate, 'commands/s', three.rate / medianOf(runs.ours).rate),
      figure('three processes, p99', three.p99, 'ms'),
    ];
  } finally {
    await database.drop();
  }
}

function judge(cte: Run, six: Run, store: Run): Measured[] {
  const best = Math.min(cte.p99, six.p99);
  const rate = (over: string, raw: Run) =>
    figure(`event store, 64 callers, over ${over}`, store.rate, 'commands/s', store.rate / raw.rate);
  return [
    figure('read + one CTE, 64 callers', cte.rate, 'commands/s'),
    figure('read + one CTE, 64 callers, p99', cte.p99, 'ms'),
    figure('six statements, 64 callers', six.rate, 'commands/s'),
    figure('six statements, 64 callers, p99', six.p99, 'ms'),
    figure('event store, 64 callers, p50', store.p50, 'ms'),
    ratioAtLeast(rate('the CTE', cte), 3),
    ratioAtLeast(rate('six statements', six), 5),
    judged(
      figure('event store, 64 callers, p99', store.p99, 'ms', store.p99 / best),
      'no worse than either',
      store.p99 <= best,
    ),
  ];
}

function judgeAlone(cte: Run, store: Run): Measured[] {
  return [
    figure('read + one CTE, one caller', cte.rate, 'commands/s'),
    ratioAtLeast(
      figure('event store, one caller, over the CTE', store.rate, 'commands/s', store.rate / cte.rate),
      0.8,
    ),
  ];
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const measured = await bench();
  console.table(measured);
  process.exitCode = measured.every(({ pass }) => pass) ? 0 : 1;
}
