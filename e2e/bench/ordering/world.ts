import { service as catalog } from '@dabba/catalog';
import { followed } from '@dabba/payments/followed';
import { connect } from '@dabba/service-kit';
import { freePort, superviseServices } from '@dabba/stack';
import { testTokens, uniquePrefix } from '@dabba/testing';
import pg from 'pg';
import { nodeProcess, ordering } from '../../platform/processes.ts';
import { stubIdentity } from '../../simulators/fridge/stub-identity.ts';
import { createTopics, databaseUrl, dropAll } from '../world/apart.ts';
import { openShops, type Shop } from './shops.ts';

const services = [...ordering, 'gateway'] as const;
type Name = (typeof services)[number];

/** What an order passes through, as processes, with topics and databases nobody else has. */
export interface OrderingWorld {
  gateway: string;
  catalog: string;
  stripe: string;
  bare: string;
  prefix: string;
  shops: readonly Shop[];
  /** `Bearer …` of each customer. */
  customers: readonly string[];
  /** One of the shops asks something else for one of its dishes. */
  changePrice(): Promise<void>;
  /** Has Postgres count what is in all tables, as it does by itself after a minute. */
  analyze(): Promise<void>;
  /** Of a service's own database. */
  pool(of: Exclude<Name, 'gateway'>): pg.Pool;
  close(): Promise<void>;
}

export const customerCount = 500;
const generous = '100000000';

export async function openOrderingWorld(
  dir: string,
  onProgress: (line: string) => void,
): Promise<OrderingWorld> {
  const prefix = uniquePrefix('bench');
  const tokens = await testTokens('2h');
  const identity = await stubIdentity(tokens);
  const removeTopics = await createTopics(prefix);
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const ports = { stripe: await freePort(), bare: await freePort() };
  const doors = await Promise.all(services.map(async (name) => ({ name, port: await freePort() })));
  const urlOf = (wanted: Name) => at(doors.find(({ name }) => name === wanted)?.port ?? 0);
  const env = {
    ...Object.fromEntries(
      doors.flatMap(({ name, port }) => [
        [`${name.toUpperCase()}_PORT`, String(port)],
        [`${name.toUpperCase()}_URL`, at(port)],
      ]),
    ),
    KAFKA_PREFIX: prefix,
    SCHEMA_CACHE_DIR: `${dir}/schema-cache`,
    JWKS_URL: `${identity.url}/.well-known/jwks.json`,
    IDENTITY_URL: identity.url,
    ORDERS_CLIENT_SECRET: 'secret',
    STRIPE_PORT: String(ports.stripe),
    STRIPE_URL: at(ports.stripe),
    STRIPE_LEDGER: `${dir}/stripe.jsonl`,
    STRIPE_WEBHOOK_URL: `${urlOf('payments')}/webhooks/stripe`,
    STRIPE_WEBHOOK_EVENTS: followed.join(','),
    BARE_PORT: String(ports.bare),
    RATE_LIMIT_PERSON: generous,
    LOG_LEVEL: 'warn',
  };
  await seedCatalog(env);
  const running = await superviseServices(
    [
      nodeProcess('stripe', 'e2e/simulators/stripe/main.ts', ports.stripe, env),
      nodeProcess('bare', 'e2e/bench/ordering/bare.ts', ports.bare, env),
      ...doors.map(({ name, port }) => nodeProcess(name, `services/${name}/src/main.ts`, port, env)),
    ],
    { dir, onProgress },
  );
  onProgress('shops and customers');
  const shops = await openShops({ catalog: urlOf('catalog'), inventory: urlOf('inventory') }, tokens);
  const customers: string[] = [];
  for (let n = 0; n < customerCount; n++)
    customers.push(
      await tokens.bearer(['customer'], { sub: `cus_bench_${n}`, customer_id: `cus_bench_${n}` }),
    );
  const pools = new Map<string, pg.Pool>();
  const operations = await tokens.bearer(['operations']);
  let changes = 0;
  const world: OrderingWorld = {
    ...{
      gateway: urlOf('gateway'),
      catalog: urlOf('catalog'),
      stripe: at(ports.stripe),
      bare: at(ports.bare),
    },
    ...{ prefix, shops, customers },
    async changePrice() {
      const { dishes } = shops[changes++ % shops.length] ?? { dishes: [] };
      await fetch(`${urlOf('catalog')}/api/v1/menu/items/${dishes[changes % dishes.length]}`, {
        method: 'PATCH',
        headers: { authorization: operations, 'content-type': 'application/json' },
        body: JSON.stringify({ price: 10 + (changes % 100) / 100 }),
      });
    },
    pool(of) {
      const open = pools.get(of);
      if (open) return open;
      const pool = new pg.Pool({ connectionString: databaseUrl(`${prefix}dabba_${of}`), max: 1 });
      // The database goes away below it.
      pool.on('error', () => {});
      pools.set(of, pool);
      return pool;
    },
    async analyze() {
      for (const name of ordering) await world.pool(name).query('analyze');
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
      await running.stop();
      identity.close();
      // What was measured is worth more than tidy servers.
      await removeTopics().catch((error: Error) => onProgress(error.message));
      await dropAll(doors.map(({ name }) => `${prefix}dabba_${name}`));
    },
  };
  return world;
}

/** Tax rates, without which nothing has a price. */
async function seedCatalog(env: Readonly<Record<string, string>>): Promise<void> {
  const { deps, close } = await connect(catalog, { env: { ...process.env, ...env } });
  try {
    await catalog.seed?.(deps);
  } finally {
    await close();
  }
}
