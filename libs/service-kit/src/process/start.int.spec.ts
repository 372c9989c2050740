import { testDatabase, until } from '@dabba/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { severablePath } from '../spec/severable.ts';
import { testService } from '../spec/test-service.ts';
import { openWorld, postMeal, type World } from '../spec/world.ts';
import { connect } from './connect.ts';
import type { RunningService } from './options.ts';
import { startService } from './start.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld('kit');
});
afterAll(async () => {
  await world.close();
});

async function using(
  env: NodeJS.ProcessEnv,
  work: (service: RunningService<unknown>) => Promise<void>,
): Promise<void> {
  const service = await startService(testService, {
    env: { ...world.env, ...env },
    port: 0,
    keys: world.keys,
  });
  try {
    await work(service);
  } finally {
    const begin = performance.now();
    await service.stop();
    expect(performance.now() - begin, 'milliseconds to stop').toBeLessThan(9_000);
  }
}

interface Health {
  status: string;
  dependencies: Record<string, { status: string; required: boolean }>;
  store: { unrelayed: number };
}

async function ready(url: string) {
  const answer = await fetch(`${url}/health/ready`);
  const body: Health = JSON.parse(await answer.text());
  return { status: answer.status, body };
}

test('a command over HTTP is stored, relayed, folded and reacted to', async () => {
  await using({}, async ({ url }) => {
    const answer = await postMeal(url, 'soup');
    expect(answer.status).toBe(201);
    const { id }: { id: string } = JSON.parse(await answer.text());
    expect(answer.headers.get('location')).toBe(`/api/v1/meals/${id}`);
    const shipped = { id, sku: 'soup', shipped: true };
    await until('the meal is shipped in the list', async () => {
      const rows = await fetch(`${url}/api/v1/meals`);
      return (await rows.text()).includes(JSON.stringify(shipped));
    });
    await until('health and metrics see it', async () => {
      const { status, body } = await ready(url);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(status).toBe(200);
      expect(body).toMatchObject({ status: 'ready', store: { unrelayed: 0, relay_leader: true } });
      expect(metrics).toMatch(
        /dabba_consumer_lag\{consumer="test-list",kind="read-model",topic="meals",partition="\d",service="meals"\} 0/,
      );
      expect(metrics).toMatch(/dabba_consumer_lag\{consumer="test-shipping",kind="reaction"/);
      expect(metrics).toContain('dabba_store_unrelayed_events{service="meals"} 0');
      expect(metrics).toContain('dabba_relay_leader{service="meals"} 1');
      expect(metrics).toMatch(
        /duration_seconds_count\{.*method="POST",route="\/api\/v1\/meals",status="201"/,
      );
      expect(metrics).toContain('nodejs_eventloop_lag_seconds');
      return true;
    });
  });
});

test('E7 a request tried twice happens once and says so; another body under the key is 422', async () => {
  await using({}, async ({ url }) => {
    const key = { 'idempotency-key': 'k-1' };
    const [first, twin] = await Promise.all([postMeal(url, 'curry', key), postMeal(url, 'curry', key)]);
    const answers = [await first.json(), await twin.json()];
    expect(answers[0]).toEqual(answers[1]);
    expect([first, twin].filter((one) => one.headers.get('idempotent-replayed') === 'true')).toHaveLength(1);
    const other = await postMeal(url, 'stew', key);
    expect(await other.json()).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });
});

test('promise 4: with Kafka and registry away a service starts, decides and is ready, though degraded', async () => {
  const away = {
    LOG_LEVEL: 'silent',
    KAFKA_BROKERS: '127.0.0.1:9',
    SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
  };
  await using(away, async ({ url }) => {
    expect((await postMeal(url, 'dal')).status).toBe(201);
    const { status, body } = await ready(url);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'degraded',
      dependencies: { postgres: { status: 'up' }, kafka: { status: 'down' }, registry: { status: 'down' } },
    });
    await until('the event waits in the store', async () => (await ready(url)).body.store.unrelayed > 0);
  });
});

test('with Postgres away a command is 503 with Retry-After, health names it, and both recover', async () => {
  const real = new URL(world.database.url);
  const path = await severablePath(real.hostname, Number(real.port));
  const severed = new URL(real);
  severed.port = String(path.port);
  severed.hostname = '127.0.0.1';
  await using({ MEALS_DATABASE_URL: severed.href }, async ({ url }) => {
    expect((await postMeal(url, 'rice')).status).toBe(201);
    path.sever();
    const answer = await postMeal(url, 'rice');
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const list = await fetch(`${url}/api/v1/meals`);
    expect(await list.json()).toMatchObject({ status: 503, code: 'dependency-away' });
    const unready = await until('unready', async () => {
      const seen = await ready(url);
      return seen.status === 503 && seen;
    });
    expect(unready.body.dependencies.postgres).toMatchObject({ status: 'down', required: true });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    path.mend();
    await until('ready again', async () => (await ready(url)).status === 200);
    expect((await postMeal(url, 'rice')).status).toBe(201);
  });
  await path.close();
});

test('doors alone answer and leave the work to another process; K6 they too refuse while the store is behind Kafka', async () => {
  const apart = { ...testService, apart: true } as const;
  const start = (role: string) =>
    startService(apart, { env: { ...world.env, MEALS_ROLE: role }, port: 0, keys: world.keys });
  const doors = await start('doors');
  const answer = await postMeal(doors.url, 'pulao');
  const { id }: { id: string } = JSON.parse(await answer.text());
  await until('the event waits', async () => (await ready(doors.url)).body.store.unrelayed > 0);
  await world.database.pool.query("update dabba.relay_cursor set recover = 'Kafka is ahead'");
  await until('refused', async () => (await postMeal(doors.url, 'pulao')).status === 503);
  await world.database.pool.query('update dabba.relay_cursor set recover = null');
  await until('taken again', async () => (await postMeal(doors.url, 'pulao')).status === 201);
  expect((await ready(doors.url)).body.store).toMatchObject({ relay_leader: false });
  const work = await start('work');
  const shipped = JSON.stringify({ id, sku: 'pulao', shipped: true });
  await until('the other has done the work', async () =>
    (await (await fetch(`${doors.url}/api/v1/meals`)).text()).includes(shipped),
  );
  await Promise.all([doors.stop(), work.stop()]);
  await expect(start('kitchen')).rejects.toThrow('MEALS_ROLE must be one of all, doors, work');
});

test('a stop answers what is running and takes nothing new', async () => {
  const service = await startService(testService, { env: world.env, port: 0, keys: world.keys });
  const slow = fetch(`${service.url}/api/v1/slow`);
  await until('the request runs', () => service.app.server.listenerCount('dabba-go-on') === 1);
  const stopped = service.stop();
  await until('no new connections', async () =>
    fetch(`${service.url}/health/live`).then(
      () => false,
      () => true,
    ),
  );
  const begin = performance.now();
  service.app.server.emit('dabba-go-on');
  expect(await (await slow).json()).toEqual({ done: true });
  await stopped;
  expect(performance.now() - begin, 'milliseconds to stop').toBeLessThan(5_000);
});

test('connect gives the store without starting anything', async () => {
  const fresh = await testDatabase('kitconnect');
  const env = { ...world.env, MEALS_DATABASE_URL: fresh.url };
  const { deps, close } = await connect(testService, { env });
  expect(deps.relay.status().leader).toBe(false);
  expect(await deps.db('test_list').select()).toBeInstanceOf(Array);
  const { rowCount } = await deps.pool.query(`select from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())`);
  expect(rowCount, 'locks of a relay').toBe(0);
  await close();
  await fresh.drop();
});

test('METROS names only metros of the region', async () => {
  await expect(startService(testService, { env: { ...world.env, METROS: 'sfo,atlantis' } })).rejects.toThrow(
    'meals cannot start: METROS names atlantis',
  );
});
