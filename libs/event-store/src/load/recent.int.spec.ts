import type { TestDatabase } from '@dabba/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Conflict, type OpenStore, transaction } from '../index.ts';
import {
  context,
  newShelf,
  produced,
  type Shelf,
  type ShelfEvent,
  sell,
  soldOut,
  storeDatabase,
  storeOn,
} from '../spec/shelf.ts';
import type { ReactionUnit, StreamRef } from '../types.ts';

let database: TestDatabase;
let store: OpenStore;
let other: OpenStore;
beforeAll(async () => {
  database = await storeDatabase('recent');
  [store, other] = await Promise.all([storeOn(database), storeOn(database)]);
});
afterAll(async () => {
  await Promise.all([store.close(), other.close()]);
  await database.drop();
});

type Ref = StreamRef<Shelf, ShelfEvent>;
const put = (on: OpenStore, ref: Ref) => on.execute(ref, () => [produced()], context);
const versionOf = async (ref: Ref) => (await store.load(ref)).version;

const react = (ref: Ref, work: (unit: ReactionUnit) => void) =>
  store.unit(
    [ref],
    context,
    async (unit) => {
      work(unit);
      await transaction(database.pool, (client) => unit.commitTo(client));
    },
    { fromMemory: true },
  );

/** Questions for streams while `work` goes on. */
async function loads(work: () => Promise<unknown>): Promise<number> {
  const query = vi.spyOn(database.pool, 'query');
  await work();
  const asked = query.mock.calls.filter((call) => JSON.stringify(call[0]).includes('dabba-load'));
  query.mockRestore();
  return asked.length;
}

test('who goes on with what this process wrote last asks for nothing', async () => {
  const ref = newShelf();
  await put(store, ref);
  expect(await loads(() => put(store, ref))).toBe(0);
  expect(await loads(() => react(ref, (unit) => unit.append(ref, [produced()])))).toBe(0);
  expect(await loads(() => store.execute(ref, sell('cus_1'), context))).toBe(0);
  expect(await store.load(ref)).toEqual({ version: 4, state: { left: 2, sold: ['cus_1'] } });
});

test('E9 a reaction that finds nothing to do on what is remembered asks for nothing, and remembers it on', async () => {
  const ref = newShelf();
  await put(store, ref);
  for (let time = 0; time < 2; time++)
    expect(await loads(() => react(ref, (unit) => expect(unit.load(ref).version).toBe(1)))).toBe(0);
  expect(await loads(() => put(store, ref))).toBe(0);
});

test('what an append looked at is known after it, that there is nothing as well', async () => {
  const [written, seen, empty] = [newShelf(), newShelf(), newShelf()];
  await put(other, seen);
  const look = () =>
    store.transact(
      [written, seen, empty],
      (unit) => {
        const versions = [unit.load(seen).version, unit.load(empty).version];
        unit.append(written, [produced()]);
        return versions;
      },
      context,
    );
  expect(await look()).toMatchObject({ result: [1, 0] });
  let again: unknown;
  expect(
    await loads(async () => {
      again = await look();
    }),
  ).toBe(0);
  expect(again).toMatchObject({ result: [1, 0] });
  // Others may have written to both since.
  await Promise.all([put(other, seen), put(other, empty)]);
  expect(await look()).toMatchObject({ result: [2, 1] });
  expect(await store.load(empty, { fromMemory: true })).toMatchObject({ version: 1 });
});

test('E2 a stream that is believed to be new is not asked for, and what there is of it is found', async () => {
  const ref = { ...newShelf(), fresh: true };
  expect(await loads(() => store.execute(ref, () => [produced()], context))).toBe(0);
  const there = { ...newShelf(), fresh: true };
  await put(other, there);
  expect(await store.execute(there, sell('cus_1'), context)).toMatchObject({ result: { version: 2 } });
  const taken = { ...newShelf(), fresh: true };
  await put(other, taken);
  await react(taken, (unit) => {
    if (unit.load(taken).version === 0) unit.append(taken, [produced()]);
  }).catch(() => {});
  expect(await versionOf(taken)).toBe(1);
});

test('E2 what another process wrote meanwhile is decided on: appended, refused, and left alone', async () => {
  const ref = newShelf();
  await put(store, ref);
  await other.execute(ref, sell('cus_other'), context);
  expect(await store.execute(ref, sell('cus_1'), context)).toEqual(soldOut);

  await put(store, ref);
  await other.execute(ref, sell('cus_other'), context);
  await put(other, ref);
  // Appended to what is there now, not to what was.
  await store.execute(ref, sell('cus_2'), context);
  expect((await store.load(ref)).state).toEqual({ left: 0, sold: ['cus_other', 'cus_other', 'cus_2'] });

  await put(other, ref);
  expect(await store.execute(ref, sell('cus_3'), context)).toMatchObject({ refused: false });
  await put(other, ref);
  const sellIfAny = (state: Shelf) => (state.left > 0 ? sell('cus_4')(state) : []);
  expect(await store.execute(ref, sellIfAny, context)).toMatchObject({ result: { state: { left: 0 } } });
  expect((await store.load(ref)).state.sold.at(-1)).toBe('cus_4');
});

test('E2 a decision that throws on an older state is made again on what is there', async () => {
  const ref = newShelf();
  await put(store, ref);
  await put(other, ref);
  const decide = ({ left }: Shelf) => {
    if (left < 2) throw new Error('never so');
    return [produced()];
  };
  expect(await store.execute(ref, decide, context)).toMatchObject({ refused: false, result: { version: 3 } });
  await expect(store.execute(ref, () => expect.fail('always so'), context)).rejects.toThrow('always so');
});

test('what came late once is not tried once more', async () => {
  const ref = newShelf();
  await put(store, ref);
  await put(other, ref);
  let decisions = 0;
  const decide = ({ left }: Shelf) => {
    decisions += 1;
    return left === 1 ? [produced()] : soldOut;
  };
  expect(await store.execute(ref, decide, context)).toEqual(soldOut);
  expect(decisions).toBe(2);
  expect(await store.execute(ref, decide, context)).toEqual(soldOut);
  expect(decisions).toBe(3);
});

test('E9 a reaction to an older state comes to nothing, whatever it decides, and the next one sees what is there', async () => {
  const works: ((unit: ReactionUnit, ref: Ref) => void)[] = [
    (unit, ref) => unit.append(ref, [produced()]),
    (unit, ref) => unit.enqueue({ task: 'count', payload: { shelf: ref.id } }),
    () => {},
  ];
  for (const work of works) {
    const ref = newShelf();
    await put(store, ref);
    await put(other, ref);
    await expect(react(ref, (unit) => work(unit, ref))).rejects.toBeInstanceOf(Conflict);
    expect(await versionOf(ref)).toBe(2);
    const seen: number[] = [];
    await react(ref, (unit) => seen.push(unit.load(ref).version));
    expect(seen).toEqual([2]);
  }
});

test('E5 what failed half way is not gone on with', async () => {
  const ref = newShelf();
  await put(store, ref);
  const failing = store.unit([ref], context, async (unit) => {
    unit.append(ref, [produced()]);
    await transaction(database.pool, async (client) => {
      await unit.commitTo(client);
      throw new Error('changed its mind');
    });
  });
  await expect(failing).rejects.toThrow('changed its mind');
  expect(await store.execute(ref, () => [produced()], context)).toMatchObject({ result: { version: 2 } });
});
