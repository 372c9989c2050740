import { type TestDatabase, testDatabase } from '@dabba/testing';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { column } from './columns.ts';
import { queryTogether } from './together.ts';
import { askTogether, shortTransaction } from './transaction.ts';

let database: TestDatabase;
let client: PoolClient;
beforeAll(async () => {
  database = await testDatabase('together');
  await database.pool.query('create table shelf (id text primary key, meals integer)');
  client = await database.pool.connect();
});
afterAll(async () => {
  client?.release();
  await database?.drop();
});

const put = (id: string, meals = 1) => ({
  text: 'insert into shelf values ($1, $2)',
  values: [id, String(meals)],
});
const all = { text: 'select id, meals, meals is null as empty from shelf order by id' };
const left = async () =>
  (await database.pool.query('select id from shelf order by id')).rows.map(({ id }) => id);

test('rows come by place, parsed as the driver parses them', async () => {
  const rows = await queryTogether(client, [
    put('soup', 3),
    all,
    { text: 'select unnest($1::text[]) as name', values: [column.text(['a', null])] },
    { text: '' },
    { ...all, types: { getTypeParser: () => (value: string) => `<${value}>` } },
  ]);
  expect(rows).toEqual([
    [],
    [{ id: 'soup', meals: 3, empty: false }],
    [{ name: 'a' }, { name: null }],
    [],
    [{ id: '<soup>', meals: '<3>', empty: '<f>' }],
  ]);
});

test('what was described once is not described again, and each reads its rows as it asked to', async () => {
  const marked = { ...all, types: { getTypeParser: () => (value: string) => `<${value}>` } };
  const describe = vi.spyOn(client.connection, 'describe');
  const plain = [{ id: 'soup', meals: 3, empty: false }];
  const strange = [{ id: '<soup>', meals: '<3>', empty: '<f>' }];
  const none = { text: 'update shelf set meals = meals' };
  await queryTogether(client, [all, none]);
  describe.mockClear();
  expect(await queryTogether(client, [all, none, all])).toEqual([plain, [], plain]);
  expect(describe).not.toHaveBeenCalled();
  expect(await queryTogether(client, [marked, all])).toEqual([strange, plain]);
  expect(await queryTogether(client, [all, marked])).toEqual([plain, strange]);
});

test('what follows a failure is not done, nor what went before it outside a transaction', async () => {
  const before = await left();
  await expect(queryTogether(client, [put('dal'), put('soup'), put('rice')])).rejects.toMatchObject({
    code: '23505',
  });
  expect(await left()).toEqual(before);
  // The connection is as good as before, and what it could not prepare it prepares again.
  await queryTogether(client, [put('dal'), { text: 'select 1 as one' }]);
  await expect(queryTogether(client, [{ text: 'select nothing' }, put('rice')])).rejects.toThrow('nothing');
  await queryTogether(client, [put('rice')]);
  expect(await left()).toEqual([...before, 'dal', 'rice'].sort());
});

test('a short transaction commits with its last statements, or not at all', async () => {
  const before = await left();
  await shortTransaction(database.pool, [put('bread'), all], async (_client, [, found = []]) => [
    put('tea', found.length),
  ]);
  expect(await left()).toEqual([...before, 'bread', 'tea'].sort());
  const failing = [
    shortTransaction(database.pool, [put('milk')], async () => [put('tea')]),
    shortTransaction(database.pool, [put('milk'), put('tea')], async () => []),
    shortTransaction(database.pool, [put('milk')], async () => {
      throw new Error('changed its mind');
    }),
  ];
  for (const one of await Promise.allSettled(failing)) expect(one.status).toBe('rejected');
  expect(await left()).toEqual([...before, 'bread', 'tea'].sort());
});

test('a connection that dies rejects what was under way', async () => {
  const doomed = await database.pool.connect();
  doomed.on('error', () => {});
  const [me] = (await queryTogether(doomed, [{ text: 'select pg_backend_pid() as pid' }])).flat();
  const rejected = expect(queryTogether(doomed, [{ text: 'select pg_sleep(30)' }])).rejects.toThrow();
  await database.pool.query('select pg_terminate_backend($1)', [me?.pid]);
  await rejected;
  doomed.release(true);
});

test('what cannot be sent costs its connection, and no other', async () => {
  const before = await left();
  const unsendable = { text: 'select $1', values: JSON.parse('[{}]') };
  await expect(askTogether(database.pool, [put('salt'), unsendable])).rejects.toThrow();
  expect(await left()).toEqual(before);
  expect(await askTogether(database.pool, [{ text: 'select 1 as one' }])).toEqual([[{ one: 1 }]]);
});
