import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { migrateStore, openStore } from '@dabba/event-store';
import { durabilityOf, figure, type Measured, testDatabase } from '@dabba/testing';
import pg from 'pg';
import { measure, medianOf, type Run } from '../../libs/event-store/src/bench/measure.ts';
import { fill, ours } from '../../libs/event-store/src/bench/ours.ts';
import { rawOn } from '../../libs/event-store/src/bench/raw.ts';
import { region } from '../../libs/event-store/src/spec/shelf.ts';
import { machineOf } from './report/machine.ts';
import { tableOf } from './report/report.ts';
import { openServers } from './world/servers.ts';

/**
 * Once, for ADR 0006: the workload of (a) on emmett's event store for Postgres as well, in turn, in one run.
 * `node scripts/run.mjs e2e/bench/emmett.ts`; installs emmett into a folder that is removed afterwards.
 */
const versions = ['@event-driven-io/emmett@0.42.0', '@event-driven-io/emmett-postgresql@0.42.0'];
const streams = 10_000;
const callers = 64;
const rounds = 3;
const each = 4_000;

interface Shelf {
  left: number;
}

interface Produced {
  type: 'MealProduced';
  data: Record<string, unknown>;
}

/** What we use of emmett. */
interface Emmett {
  CommandHandler(options: {
    evolve(state: Shelf, event: Produced): Shelf;
    initialState(): Shelf;
    retry: { onVersionConflict: { retries: number; minTimeout: number; factor: number } };
  }): (store: EmmettStore, stream: string, decide: (state: Shelf) => Produced[]) => Promise<unknown>;
}

interface EmmettStore {
  schema: { migrate(): Promise<unknown> };
  close(): Promise<void>;
}

interface EmmettPostgres {
  getPostgreSQLEventStore(connectionString: string): EmmettStore;
}

const servers = await openServers((line) => console.error(line));
const { DATABASE_URL = '', KAFKA_BROKERS = '' } = process.env;
try {
  const durability = await durabilityOf(DATABASE_URL);
  const machine = await machineOf(servers.dir, DATABASE_URL, KAFKA_BROKERS.split(','));
  const began = performance.now();
  const measured = await sideBySide(await install(join(servers.dir, 'emmett')));
  const seconds = Math.round((performance.now() - began) / 1000);
  const benches = [{ letter: 'adr', title: versions.join(' and '), seconds, measured }];
  console.log(
    tableOf({
      at: new Date().toISOString(),
      runs: rounds,
      durability,
      machine,
      benches,
      missed: [],
      ok: true,
    }),
  );
} finally {
  await servers.close();
}
process.exit();

async function sideBySide({ handle, open }: Awaited<ReturnType<typeof install>>): Promise<Measured[]> {
  const database = await testDatabase('bench', 32);
  const theirs = await testDatabase('bench');
  try {
    await migrateStore(database.pool);
    const pool = new pg.Pool({ connectionString: database.url, max: 8 });
    const store = await openStore({ pool, region });
    await fill(store, streams);
    const raw = await rawOn(database.pool, streams);
    const emmett = open(theirs.url);
    await emmett.schema.migrate();
    const two = (): Produced[] => [produced(), produced()];
    let next = 0;
    const filler = async () => {
      while (next < streams) await handle(emmett, `shelf-${next++}`, () => [...two(), ...two()]);
    };
    await Promise.all(Array.from({ length: 16 }, filler));
    await database.pool.query('vacuum analyze');
    await theirs.pool.query('vacuum analyze');

    const variants = {
      cte: raw.cte,
      six: raw.six,
      emmett: async () => {
        await handle(emmett, `shelf-${Math.floor(Math.random() * streams)}`, two);
      },
      ours: ours(store, streams),
    };
    const runs: Record<keyof typeof variants, Run[]> = { cte: [], six: [], emmett: [], ours: [] };
    const names = ['cte', 'six', 'emmett', 'ours'] as const;
    for (const name of names) await measure(variants[name], callers, each / 4);
    for (let round = 0; round < rounds; round++)
      for (const name of names) runs[name].push(await measure(variants[name], callers, each));
    await emmett.close();
    await store.close();
    await pool.end();
    const over = medianOf(runs.cte).rate;
    const pair = (name: string, run: Run) => [
      figure(`${name}, ${callers} callers`, run.rate, 'commands/s', run.rate / over),
      figure(`${name}, ${callers} callers: p99`, run.p99, 'ms'),
    ];
    return [
      ...pair('read + one CTE', medianOf(runs.cte)),
      ...pair('six statements', medianOf(runs.six)),
      ...pair('emmett', medianOf(runs.emmett)),
      ...pair('event store', medianOf(runs.ours)),
    ];
  } finally {
    await database.drop();
    await theirs.drop();
  }
}

function produced(): Produced {
  return {
    type: 'MealProduced',
    data: {
      mealId: 'meal_01890a5d-ac96-774b-bcce-b302099a8057',
      lotId: 'lot_1',
      sku: 'dal',
      kitchenId: 'kit_1',
      customerId: null,
      producedAt: 1,
      expiresAt: 2,
    },
  };
}

async function install(folder: string) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', ...versions], { cwd: folder });
  const from = createRequire(join(folder, 'package.json'));
  const load = (name: string) => import(pathToFileURL(from.resolve(name)).href);
  const emmett: Emmett = await load('@event-driven-io/emmett');
  const postgres: EmmettPostgres = await load('@event-driven-io/emmett-postgresql');
  return {
    handle: emmett.CommandHandler({
      initialState: () => ({ left: 0 }),
      evolve: (state) => ({ left: state.left + 1 }),
      // Callers who meet on a stream; its default waits 100 ms.
      retry: { onVersionConflict: { retries: 20, minTimeout: 1, factor: 1.5 } },
    }),
    open: (url: string) => postgres.getPostgreSQLEventStore(url),
  };
}
