import { newId } from '@dabba/contracts';
import { connect } from '@dabba/service-kit';
import { testDatabase, uniquePrefix, until } from '@dabba/testing';
import { startWebhooks } from './sender.ts';
import { webhookSettings } from './settings.ts';
import { newSecret } from './signature.ts';
import { startReceiver } from './spec/receiver.ts';
import { webhookService } from './spec/service.ts';
import { type Told, tellOf } from './tell.ts';

/** How fast waiting ends are delivered, to one endpoint and to many, and what telling costs the transaction that brings ends about. */
const ends = 10_000;
const batch = 200;

const database = await testDatabase('webhooks_bench');
const env = {
  ...process.env,
  LOG_LEVEL: 'silent',
  RECEIPTS_DATABASE_URL: database.url,
  RECEIPT_WEBHOOK_NETWORK: 'any',
  KAFKA_PREFIX: uniquePrefix('webhooks'),
};
const { deps, close } = await connect(webhookService, { env });
const receiver = await startReceiver();

for (const endpoints of [1, 100]) {
  await deps.pool.query('delete from webhook_endpoints');
  for (let n = 0; n < endpoints; n++)
    await deps.pool.query(
      `insert into webhook_endpoints (client, name, metro, url, ends, secrets, status, set_at)
       values ($1, 'main', 'sfo', $2, '{accepted}', $3, 'ENABLED', now())`,
      [`c${n}`, `${receiver.url}/c${n}`, JSON.stringify([{ secret: newSecret(), until: null }])],
    );
  const told = Array.from({ length: ends }, (_, n): Told => {
    const receiptId = newId();
    const eventId = `evt_${receiptId}_3`;
    const body = JSON.stringify({ id: eventId, type: 'receipt.accepted', data: { hash: 'x'.repeat(200) } });
    return { client: `c${n % endpoints}`, receiptId, end: 'accepted', eventId, body };
  });
  const telling = performance.now();
  for (let from = 0; from < ends; from += batch) await tellOf(deps.pool, told.slice(from, from + batch));
  const toldIn = performance.now() - telling;
  receiver.deliveries.length = 0;
  const cpu = process.cpuUsage();
  const started = performance.now();
  const sender = startWebhooks(deps, webhookSettings(env));
  await until('all are delivered', () => receiver.deliveries.length >= ends, { within: 120_000, every: 50 });
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await sender.stop();
  console.log(
    JSON.stringify({
      endpoints,
      told_ms_each: +(toldIn / ends).toFixed(3),
      delivered_per_second: Math.round(ends / seconds),
      cpu_ms_each: +((user + system) / 1000 / ends).toFixed(3),
    }),
  );
}
await receiver.close();
await close();
await database.drop();
