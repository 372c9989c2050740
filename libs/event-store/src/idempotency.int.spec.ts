import type { TestDatabase } from '@dabba/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandContext, isRefusal, type OpenStore } from './index.ts';
import { context, newShelf, produced, sell, storeDatabase, storeOn } from './spec/shelf.ts';
import type { Loaded } from './types.ts';

let database: TestDatabase;
let store: OpenStore;
let other: OpenStore;
beforeAll(async () => {
  database = await storeDatabase('keys');
  [store, other] = await Promise.all([storeOn(database), storeOn(database)]);
});
afterAll(async () => {
  await Promise.all([store.close(), other.close()]);
  await database.drop();
});

const keyed = (key: string, bodyHash = 'hash'): CommandContext => ({
  ...context,
  idempotency: { principal: 'usr_1', route: 'POST /sales', key, bodyHash },
});
const answer = { answer: ({ version }: Loaded<unknown>) => ({ status: 201, body: { version } }) };

test('E7 a retry gets the first answer although the stream has moved on', async () => {
  const ref = newShelf();
  const first = await store.execute(ref, () => [produced()], keyed('a'), answer);
  expect(first).toMatchObject({ replayed: false, answer: { status: 201, body: { version: 1 } } });
  await store.execute(ref, () => [produced()], context);
  for (const one of [store, other]) {
    const again = await one.execute(ref, () => [produced()], keyed('a'), answer);
    expect(again).toEqual({
      refused: false,
      result: undefined,
      answer: { status: 201, body: { version: 1 } },
      replayed: true,
      position: undefined,
    });
  }
  expect((await store.load(ref)).version).toBe(2);
});

test('E7 the same key with another body is refused, for another principal or route it is another key', async () => {
  const ref = newShelf();
  await store.execute(ref, () => [produced()], keyed('b'), answer);
  expect(await store.execute(ref, () => [produced()], keyed('b', 'other'), answer)).toMatchObject({
    refused: true,
    status: 422,
    code: 'idempotency-key-reused',
  });
  const elsewhere = { principal: 'usr_2', route: 'POST /sales', key: 'b', bodyHash: 'other' };
  const made = await store.execute(ref, () => [produced()], { ...context, idempotency: elsewhere }, answer);
  expect(made).toMatchObject({ replayed: false, result: { version: 2 } });
});

test('E7 concurrent twins, in one process and in two, happen once and are answered alike', async () => {
  for (let round = 0; round < 10; round++) {
    const ref = newShelf();
    const answers = await Promise.all(
      [store, store, other, other].map((one) =>
        one.execute(ref, () => [produced()], keyed(`c${round}`), answer),
      ),
    );
    expect(answers.map((one) => !isRefusal(one) && one.answer?.body)).toEqual(
      answers.map(() => ({ version: 1 })),
    );
    expect(answers.filter((one) => !isRefusal(one) && !one.replayed)).toHaveLength(1);
    expect(await store.history(ref.id)).toHaveLength(1);
  }
});

test('E7 twins on different streams happen once as well', async () => {
  const refs = [newShelf(), newShelf()];
  const [one, two] = await Promise.all(
    refs.map((ref, n) => (n ? store : other).execute(ref, () => [produced()], keyed('d'), answer)),
  );
  expect([one, two]).toMatchObject([
    { answer: { body: { version: 1 } } },
    { answer: { body: { version: 1 } } },
  ]);
  const versions = await Promise.all(refs.map(async (ref) => (await store.load(ref)).version));
  expect(versions.sort()).toEqual([0, 1]);
});

test('E7 a twin in the same process waits for the first and decides nothing', async () => {
  let decided = 0;
  const decide = () => {
    decided += 1;
    return [produced()];
  };
  await Promise.all(
    [newShelf(), newShelf(), newShelf()].map((ref) => store.execute(ref, decide, keyed('g'), answer)),
  );
  expect(decided).toBe(1);
});

test('E7 a refusal is not kept: the key may be used again once the state allows it', async () => {
  const ref = newShelf();
  expect(await store.execute(ref, sell('cus_1'), keyed('e'), answer)).toMatchObject({ code: 'sold-out' });
  await store.execute(ref, () => [produced()], context);
  expect(await store.execute(ref, sell('cus_1'), keyed('e'), answer)).toMatchObject({ replayed: false });
});

test('E7 a command that changes nothing keeps its answer too', async () => {
  const ref = newShelf();
  await store.execute(ref, () => [], keyed('f'), answer);
  await store.execute(ref, () => [produced()], context);
  expect(await store.execute(ref, () => [], keyed('f'), answer)).toMatchObject({
    replayed: true,
    answer: { body: { version: 0 } },
  });
});
