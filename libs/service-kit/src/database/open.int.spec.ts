import { testDatabase, until } from '@dabba/testing';
import pino from 'pino';
import { expect, test } from 'vitest';
import { loadConfig } from '../config/settings.ts';
import { openDatabase } from './open.ts';

test('a connection that is lost between two statements of a transaction fails it, not the process', async () => {
  const database = await testDatabase('lost');
  const env = { MEALS_DATABASE_URL: database.url };
  const config = loadConfig({ name: 'meals', port: { variable: 'MEALS_PORT', fallback: 5012 } }, env);
  const { pool, close } = await openDatabase(config, pino({ level: 'silent' }));
  const client = await pool.connect();
  await client.query('begin');
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  // Unheard, this event would end the process as Postgres itself ending does.
  expect(client.listenerCount('error')).toBeGreaterThan(0);
  await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await until('the statement fails', () =>
    client
      .query('select 1')
      .then(() => false)
      .catch(() => true),
  );
  client.release(true);
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await close();
  await database.drop();
});
