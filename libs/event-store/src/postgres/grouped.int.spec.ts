import { type TestDatabase, testDatabase } from '@dabba/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flushedLater, type Grouped, grouped } from './grouped.ts';
import type { PreparedStatement } from './together.ts';

let database: TestDatabase;
let run: Grouped;
beforeAll(async () => {
  database = await testDatabase('grouped');
  await database.pool.query(
    'create table meals (id text primary key, made xid8 default pg_current_xact_id())',
  );
  run = grouped(database.pool);
});
afterAll(() => database?.drop());

const put = (id: string): PreparedStatement => ({ text: 'insert into meals (id) values ($1)', values: [id] });
const cook = (id: string) => run(id, () => ({ first: [], work: async () => [put(id)] }));

/** Ids by the transaction that wrote them, in its order. */
async function transactions(ids: readonly string[]): Promise<string[][]> {
  const { rows } = await database.pool.query<{ ids: string[] }>(
    'select array_agg(id order by ctid) as ids from meals where id = any ($1) group by made order by made',
    [ids],
  );
  return rows.map((row) => row.ids);
}

test('those that come together, and those that come while one is in flight, commit together and in one order', async () => {
  let later: Promise<unknown> = Promise.resolve();
  const first = run('soup', () => ({
    first: [],
    async work() {
      later = Promise.all(['rice', 'dal', 'bread'].map(cook));
      return [put('soup')];
    },
  }));
  await first;
  await later;
  expect(await transactions(['soup', 'rice', 'dal', 'bread'])).toEqual([['soup'], ['bread', 'dal', 'rice']]);
});

test('each is given the rows of its own first statements', async () => {
  const ask = (place: string, values: readonly string[]) =>
    new Promise<unknown>((seen, failed) => {
      run(place, () => ({
        first: values.map((value) => ({ text: 'select $1::text as value', values: [value] })),
        async work(_client, rows) {
          seen(rows.map(([row]) => row?.value));
          return [];
        },
      })).catch(failed);
    });
  const asked = [ask('b', ['1', '2']), ask('a', []), ask('c', ['3'])];
  expect(await Promise.all(asked)).toEqual([['1', '2'], [], ['3']]);
});

test('who cannot go with the others fails alone, however it fails, and each try begins anew', async () => {
  const tries = new Map<string, number>();
  const failing = (place: string, work: () => Promise<PreparedStatement[]>) =>
    run(place, () => {
      tries.set(place, (tries.get(place) ?? 0) + 1);
      return { first: [put(`${place} begun`)], work };
    });
  const outcomes = await Promise.allSettled([
    failing('idli', async () => [put('idli')]),
    failing('jam', async () => {
      throw new Error('changed its mind');
    }),
    failing('kebab', async () => [put('soup')]),
    failing('lassi', async () => [put('lassi')]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { message: 'changed its mind' } });
  expect(outcomes[2]).toMatchObject({ reason: { code: '23505' } });
  expect([...tries.values()]).toEqual([2, 2, 2, 2]);
  expect(
    await transactions(['idli', 'idli begun', 'jam begun', 'kebab begun', 'lassi', 'lassi begun']),
  ).toEqual([
    ['idli begun', 'idli'],
    ['lassi begun', 'lassi'],
  ]);
});

test('where the server goes away all of them fail at once', async () => {
  const ended = { text: 'select pg_terminate_backend(pg_backend_pid())' };
  let begun = 0;
  const outcomes = await Promise.allSettled(
    ['pakora', 'roti', 'saag'].map((place) =>
      run(place, () => {
        begun += 1;
        return { first: place === 'roti' ? [ended] : [], work: async () => [put(place)] };
      }),
    ),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(begun).toBe(3);
  expect(await transactions(['pakora', 'roti', 'saag'])).toEqual([]);
});

test('settings hold for its transactions alone', async () => {
  const later = grouped(database.pool, flushedLater);
  const said: unknown[] = [];
  const show = { text: "select current_setting('synchronous_commit') as value" };
  const ask = () =>
    later('a', () => ({
      first: [show],
      async work(_client, [found = []]) {
        said.push(found[0]?.value);
        return [];
      },
    }));
  await Promise.all([ask(), ask()]);
  expect(said).toEqual(['off', 'off']);
  expect((await database.pool.query(show.text)).rows).toEqual([{ value: 'on' }]);
});
