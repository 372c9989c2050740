import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { figure, judged, type Measured, until } from '@dabba/testing';
import { usual } from './registrar.ts';
import { dueCount, openWorld } from './spec/world.ts';
import { startRegistrar } from './start.ts';

const receipts = 6_000;
const clients = 1_000;

/** A backlog at both authorities, as an outage leaves it, drained by one process. Needs DATABASE_URL. */
export async function bench(): Promise<Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), 'drain-'));
  const offices = [office('tax-office', 'TAX_OFFICE', folder), office('logistics', 'LOGISTICS', folder)];
  const urls = await Promise.all(offices.map(urlOf));
  const generous = { PER_SECOND: '10000', BURST: '10000', TIMEOUT: '10000', SETTLES: '10000' };
  const world = await openWorld({
    TAX_OFFICE_URL: urls[0] ?? '',
    LOGISTICS_URL: urls[1] ?? '',
    ...prefixed('TAX_OFFICE_', generous),
    ...prefixed('LOGISTICS_', generous),
  });
  try {
    await world.place(
      Array.from({ length: receipts }, (_, n) => ({ number: String(n), client: `c${n % clients}` })),
    );
    await world.database.pool.query('vacuum analyze');
    const deps = await world.replica();
    const began = performance.now();
    const busy = process.cpuUsage();
    const registrar = startRegistrar(deps, usual);
    await until('it is drained', async () => (await dueCount(world.database)) === 0, {
      within: 120_000,
      every: 100,
    });
    const { user, system } = process.cpuUsage(busy);
    const rate = receipts / ((performance.now() - began) / 1000);
    await registrar.stop();
    return [
      figure('processor time of a registration', (user + system) / 1000 / (2 * receipts), 'ms'),
      judged(
        figure('drained, at each of two authorities', rate, 'registrations/s'),
        'at least 500/s',
        rate >= 500,
      ),
    ];
  } finally {
    for (const child of offices) child.kill();
    await world.close();
    await rm(folder, { recursive: true });
  }
}

/** In a process of its own, as in life. */
function office(name: string, prefix: string, folder: string): ChildProcess {
  const main = fileURLToPath(new URL(`../../../../e2e/simulators/${name}/main.ts`, import.meta.url));
  const env = {
    ...process.env,
    [`${prefix}_PORT`]: '0',
    [`${prefix}_LEDGER`]: join(folder, `${name}.jsonl`),
  };
  return spawn(process.execPath, ['--import', 'tsx', main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function urlOf(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The office says nothing');
  const [line] = await once(child.stdout, 'data');
  return String(line).trim();
}

function prefixed(prefix: string, settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${prefix}${name}`, value]));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.table(await bench());
