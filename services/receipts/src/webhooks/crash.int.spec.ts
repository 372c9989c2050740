import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { transaction } from '@dabba/event-store';
import { connect, type StoreDeps } from '@dabba/service-kit';
import { type TestDatabase, testDatabase, uniquePrefix, until } from '@dabba/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { place } from '../registration/spec/world.ts';
import { putEndpoint } from './rows.ts';
import { startWebhooks } from './sender.ts';
import { newSecret, verifyWebhook } from './signature.ts';
import { type Receiver, startReceiver, take } from './spec/receiver.ts';
import { hasty, webhookService } from './spec/service.ts';
import { ends } from './tell.ts';

let database: TestDatabase;
let env: NodeJS.ProcessEnv;
let deps: StoreDeps;
let close: () => Promise<void>;
let receiver: Receiver;
const secret = newSecret();
const client = 'c1';
const patiently = { within: 50_000 };

beforeAll(async () => {
  database = await testDatabase('webhook_crash', 4);
  receiver = await startReceiver();
  env = {
    ...process.env,
    LOG_LEVEL: 'fatal',
    RECEIPTS_DATABASE_URL: database.url,
    KAFKA_PREFIX: uniquePrefix('webhook-crash'),
    RECEIPT_WEBHOOK_NETWORK: 'any',
  };
  ({ deps, close } = await connect(webhookService, { env }));
  const endpoint = { client, name: 'main', metro: 'sfo', url: `${receiver.url}/`, ends, secret, at: 0 };
  await transaction(deps.pool, (tx) => putEndpoint(tx, endpoint));
});
afterAll(async () => {
  await close?.();
  await receiver?.close();
  await database?.drop();
});

const accepted = (count: number) =>
  place(
    deps,
    Array.from({ length: count }, (_, n) => ({ client, number: String(n), authorities: [] })),
  );
const query = async (sql: string) => (await database.pool.query(sql)).rows;
const waiting = () => query('select event_id, attempts from webhook_deliveries order by event_id');
const told = () => receiver.deliveries.map(({ headers }) => String(headers['webhook-id']));

/** As the database sees a machine that died: sessions that wait for a lock end without it. */
async function endBlocked(): Promise<number> {
  const ended = await query(
    `select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
      where not l.granted and d.datname = current_database()`,
  );
  return ended.length;
}

it('S3-RCP-05 killed after a webhook was sent and before that is recorded, it is sent again as the same, and never once recorded', async () => {
  const ids = await accepted(2);
  const open: ServerResponse[] = [];
  receiver.behave((response) => void open.push(response));
  const script = fileURLToPath(new URL('./spec/sender-process.ts', import.meta.url));
  const first = spawn(process.execPath, ['--import', 'tsx', script], { env, stdio: 'inherit' });
  const exited = once(first, 'exit');
  const lock = await database.pool.connect();
  try {
    await until('both were sent', () => open.length === 2, patiently);
    // One of them is answered, and its outcome is on its way into the database.
    await lock.query('begin; lock table webhook_deliveries in share row exclusive mode');
    open[1]?.writeHead(204).end();
    await until(
      'its outcome waits',
      async () =>
        (
          await query(
            'select from pg_locks l join pg_database d on d.oid = l.database where not l.granted and d.datname = current_database()',
          )
        ).length > 0,
    );
    first.kill('SIGKILL');
    await exited;
    expect(await endBlocked()).toBeGreaterThan(0);
  } finally {
    first.kill('SIGKILL');
    await lock.query('rollback');
    lock.release();
  }
  const left = await waiting();
  expect(left.map(({ attempts }) => attempts)).toEqual([1, 1]);
  expect(left.map(({ event_id }) => event_id)).toEqual(told().sort());

  receiver.behave(take);
  const second = startWebhooks(deps, hasty(env));
  // Its lease is over.
  await query('update webhook_deliveries set due_at = now()');
  await until('nothing waits', async () => (await waiting()).length === 0, patiently);
  await second.stop();
  const third = startWebhooks(deps, hasty(env));
  const [marker] = await accepted(1);
  await until('a later one is told', () => told().some((id) => id.includes(marker ?? '?')), patiently);
  await until('nothing waits', async () => (await waiting()).length === 0, patiently);
  await third.stop();
  for (const id of ids) {
    const sent = receiver.deliveries.filter(({ headers }) => String(headers['webhook-id']).includes(id));
    expect(sent.length, 'once by each of the two, and not by the third').toBe(2);
    expect(new Set(sent.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
    for (const { headers, body } of sent)
      expect(verifyWebhook(headers, body, secret, Date.now())).toMatchObject({ ok: true });
  }
  expect(receiver.deliveries.length).toBe(5);
}, 120_000);
