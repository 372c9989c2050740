import { freePort, type ServiceSpec, superviseServices } from '@dabba/stack';
import { testTokens, uniquePrefix } from '@dabba/testing';
import pg from 'pg';
import { type Environment, nodeProcess } from '../../platform/processes.ts';
import { stubIdentity } from '../../simulators/fridge/stub-identity.ts';
import { createTopics, databaseUrl, dropAll } from '../world/apart.ts';
import { signClients } from './clients.ts';

/** The receipts service, both authorities and the ceiling as processes, with topics and databases nobody else has. */
export interface ReceiptWorld {
  receipts: string;
  bare: string;
  /** `Bearer …` of each client under contract. */
  clients: readonly string[];
  /** Contracts signed a second. */
  signed: number;
  /** Of the service's database. */
  pool: pg.Pool;
  /** Both authorities behave like this from now on. */
  behave(behaviour: object): Promise<void>;
  close(): Promise<void>;
}

const clientCount = 10_000;
const generous = '1000000';

export async function openReceiptWorld(
  dir: string,
  processes: 1 | 2,
  onProgress: (line: string) => void,
): Promise<ReceiptWorld> {
  const prefix = uniquePrefix('bench');
  const tokens = await testTokens('2h');
  const keys = await stubIdentity(tokens);
  const removeTopics = await createTopics(prefix);
  const databases = [`${prefix}dabba_receipts`, `${prefix}bare`] as const;
  await createDatabase(databases[1]);
  const ports = {
    receipts: await freePort(),
    work: await freePort(),
    bare: await freePort(),
    taxOffice: await freePort(),
    logistics: await freePort(),
  };
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const offices = [at(ports.taxOffice), at(ports.logistics)];
  const env = {
    KAFKA_PREFIX: prefix,
    SCHEMA_CACHE_DIR: `${dir}/schema-cache`,
    JWKS_URL: `${keys.url}/.well-known/jwks.json`,
    IDENTITY_URL: keys.url,
    LOG_LEVEL: 'warn',
    // As for the load client: at these rates much is young, and nothing of it lives long.
    NODE_OPTIONS: '--max-semi-space-size=64',
    ARCHIVE_STORE: `${dir}/archive`,
    ARCHIVE_WORK: `${dir}/archive-work`,
    BARE_PORT: String(ports.bare),
    BARE_DATABASE_URL: databaseUrl(databases[1]),
    TAX_OFFICE_PORT: String(ports.taxOffice),
    TAX_OFFICE_URL: at(ports.taxOffice),
    TAX_OFFICE_LEDGER: `${dir}/tax-office.jsonl`,
    TAX_OFFICE_PER_SECOND: generous,
    TAX_OFFICE_BURST: generous,
    LOGISTICS_PORT: String(ports.logistics),
    LOGISTICS_URL: at(ports.logistics),
    LOGISTICS_LEDGER: `${dir}/logistics.jsonl`,
    LOGISTICS_PER_SECOND: generous,
    LOGISTICS_BURST: generous,
  };
  const services = await superviseServices(
    [
      ...receiptProcesses(ports, env, processes),
      nodeProcess('bare', 'e2e/bench/receipts/bare.ts', ports.bare, env),
      nodeProcess('tax-office', 'e2e/simulators/tax-office/main.ts', ports.taxOffice, env),
      nodeProcess('logistics', 'e2e/simulators/logistics/main.ts', ports.logistics, env),
    ],
    { dir, onProgress },
  );
  const pool = new pg.Pool({ connectionString: databaseUrl(databases[0]), max: 2 });
  // The database goes away below it.
  pool.on('error', () => {});
  onProgress(`${clientCount} contracts`);
  const { bearers: clients, perSecond: signed } = await signClients(at(ports.receipts), tokens, clientCount);
  return {
    receipts: at(ports.receipts),
    bare: at(ports.bare),
    clients,
    signed,
    pool,
    async behave(behaviour) {
      for (const office of offices) {
        const { status } = await fetch(`${office}/_behaviour`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(behaviour),
        });
        if (status !== 200) throw new Error(`${office} does not behave: ${status}`);
      }
    },
    async close() {
      await pool.end();
      await services.stop();
      keys.close();
      await removeTopics();
      await dropAll(databases);
    },
  };
}

/** One that does everything, or one for who asks and one for the work. */
function receiptProcesses(
  { receipts, work }: { receipts: number; work: number },
  env: Environment,
  processes: 1 | 2,
): ServiceSpec[] {
  const one = (name: string, port: number, RECEIPTS_ROLE: string) =>
    nodeProcess(name, 'services/receipts/src/main.ts', port, {
      ...env,
      RECEIPTS_PORT: String(port),
      RECEIPTS_ROLE,
    });
  if (processes === 1) return [one('receipts', receipts, 'all')];
  return [one('receipts', receipts, 'doors'), one('receipts-work', work, 'work')];
}

async function createDatabase(name: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query(`create database ${client.escapeIdentifier(name)}`);
  await client.end();
}
