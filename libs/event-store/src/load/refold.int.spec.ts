import { type Event, metroOf, partitionFor, schemaOf } from '@dabba/contracts';
import type { TestDatabase } from '@dabba/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenStore, StreamType } from '../index.ts';
import {
  context,
  newShelf,
  produced,
  region,
  type Shelf,
  type ShelfEvent,
  shelf,
  shelfAt,
  sold,
  storeDatabase,
  storeOn,
} from '../spec/shelf.ts';

let database: TestDatabase;
let store: OpenStore;
beforeAll(async () => {
  database = await storeDatabase('refold');
  store = await storeOn(database);
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

const anyEvent: fc.Arbitrary<ShelfEvent> = fc.oneof(
  fc.constant(produced()),
  fc.string({ unit: 'grapheme' }).map((customer) => sold(customer.replaceAll('\u0000', ''))),
);

/** The same shelf after its code was changed: it counts the sales only. */
const recounted: StreamType<{ sales: number }, ShelfEvent> = {
  name: 'shelf',
  revision: 2,
  initial: () => ({ sales: 0 }),
  evolve: ({ sales }, event) => ({ sales: sales + (event.type === 'MealSold' ? 1 : 0) }),
};

test('E11 a state row equals the fold of its events, whatever was appended in whatever portions', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(anyEvent, { maxLength: 4 }), { maxLength: 6 }), async (portions) => {
      const ref = newShelf();
      for (const portion of portions) await store.execute(ref, () => portion, context);
      const history: Event[] = await store.history(ref.id);
      const loaded = await store.load(ref);
      expect(loaded.version).toBe(history.length);
      expect(loaded.state).toEqual(fold(history.filter(isShelfEvent)));
    }),
    { numRuns: 25 },
  );
});

function isShelfEvent(event: Event): event is ShelfEvent {
  return event.type === 'MealProduced' || event.type === 'MealSold';
}

function fold(events: readonly ShelfEvent[]): Shelf {
  return events.reduce<Shelf>((state, event) => shelf.evolve(state, event), shelf.initial());
}

test('E11 a state row of another revision is folded again at load, for commands and readers alike', async () => {
  const old = newShelf();
  await store.execute(old, () => [produced(), produced(), sold()], context);
  const ref = { ...old, type: recounted };
  expect(await store.load(ref)).toEqual({ state: { sales: 1 }, version: 3 });
  const more = await store.execute(ref, ({ sales }) => (sales === 1 ? [sold()] : []), context);
  expect(more).toMatchObject({ result: { state: { sales: 2 }, version: 4 } });
  const { rows } = await database.pool.query('select state, state_rev from dabba.streams where id = $1', [
    old.id,
  ]);
  expect(rows).toEqual([{ state: { sales: 2 }, state_rev: 2 }]);
  expect((await store.load(old)).state).toEqual({ left: 0, sold: ['cus_1', 'cus_1'] });
});

test('K9 events written with an earlier schema are read with the store alone', async () => {
  const ref = newShelf();
  await store.execute(ref, () => [produced('m7')], context);
  const { fingerprint, text } = schemaOf('MealProduced');
  const earlier: unknown = { ...JSON.parse(text), doc: 'An earlier text of the schema' };
  await database.pool.query('insert into dabba.schemas values ($1, $2)', [
    'earlier',
    JSON.stringify(earlier),
  ]);
  await database.pool.query("update dabba.events set schema = 'earlier' where stream = $1 and schema = $2", [
    ref.id,
    fingerprint,
  ]);
  const reopened = await storeOn(database);
  expect((await reopened.history(ref.id))[0]?.data).toMatchObject({ mealId: 'm7' });
  await reopened.close();
});

test('K8 a stream keeps its partition when its metro gets more', async () => {
  const grown = {
    ...region,
    metros: region.metros.map((metro) =>
      metro.id === 'sfo' ? { ...metro, partitions: [8, 9, 10, 11, 12] } : metro,
    ),
  };
  const later = await storeOn(database, { region: grown });
  const refs = Array.from({ length: 20 }, newShelf);
  for (const ref of refs) await store.execute(ref, () => [produced()], context);
  for (const ref of refs) await later.execute(ref, () => [produced()], context);
  const fresh = newShelf();
  await later.execute(fresh, () => [produced()], context);
  const { rows } = await database.pool.query<{ stream: string; partition: number }>(
    'select stream, partition from dabba.events where stream = any($1)',
    [[...refs, fresh].map(({ id }) => id)],
  );
  for (const { stream, partition } of rows) {
    const metro = metroOf(stream === fresh.id ? grown : region, 'sfo');
    expect(partition).toBe(partitionFor(metro, stream));
  }
  await later.close();
});

test('a stream cannot be used as another type', async () => {
  const ref = shelfAt('shelf_typed');
  await store.execute(ref, () => [produced()], context);
  await expect(store.load({ ...ref, type: { ...shelf, name: 'drawer' } })).rejects.toThrow('is a shelf');
});
