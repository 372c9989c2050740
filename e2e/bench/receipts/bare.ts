import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';

/**
 * The ceiling of taking documents in: a route of the framework that reads bytes, and one insert in raw pg of whatever has come while the
 * last one was on its way. No token, no contract, no type, no look for one that came before.
 */
const pool = new pg.Pool({ connectionString: process.env.BARE_DATABASE_URL, max: 2 });
await pool.query(
  'create table bare (id uuid primary key, raw bytea not null, received_at timestamptz not null)',
);

interface Waiting {
  id: string;
  raw: Buffer;
  done(): void;
  failed(error: unknown): void;
}
const waiting: Waiting[] = [];
let writing = false;

async function write(): Promise<void> {
  writing = true;
  while (waiting.length > 0) {
    const batch = waiting.splice(0, 500);
    try {
      await pool.query({
        name: 'take',
        text: 'insert into bare select r.*, now() from unnest($1::uuid[], $2::bytea[]) r',
        values: [batch.map(({ id }) => id), batch.map(({ raw }) => raw)],
      });
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
  writing = false;
}

const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);
app.get('/health/ready', async () => ({ status: 'ready' }));
app.post<{ Body: Buffer }>('/api/v1/receipts', async ({ body: raw }, reply) => {
  const id = randomUUID();
  await new Promise<void>((done, failed) => {
    waiting.push({ id, raw, done, failed });
    if (!writing) void write();
  });
  return reply.code(202).send({ id, status: 'RECEIVED' });
});
await app.listen({ host: '127.0.0.1', port: Number(process.env.BARE_PORT) });
process.on('SIGTERM', () => process.exit(0));
