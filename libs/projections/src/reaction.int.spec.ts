import { loadRegion } from '@dabba/contracts';
import {
  migrateStore,
  type OpenStore,
  openStore,
  type StreamRef,
  type StreamType,
  type UnitOfWork,
} from '@dabba/event-store';
import { Reassess } from '@dabba/kafka';
import { type TestDatabase, testDatabase } from '@dabba/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  migrateProjections,
  type ProjectionDeps,
  type Reaction,
  replayParked,
  startReaction,
} from './index.ts';
import { step } from './spec/meals.ts';
import { type MemoryLog, memoryLog } from './spec/memory-log.ts';
import { type Draft, recordOf, registry } from './spec/world.ts';

const region = loadRegion();
const metro = region.metros[0]?.id ?? '';

type Registered = {
  type: 'FridgeCommandConfirmed';
  data: { fridgeId: string; commandId: string; confirmedAt: number };
};
/** Counts what it was told. */
const tally: StreamType<{ seen: string[] }, Registered> = {
  name: 'tally',
  revision: 1,
  initial: () => ({ seen: [] }),
  evolve: ({ seen }, { data }) => ({ seen: [...seen, data.commandId] }),
};
const ref = (id: string): StreamRef<{ seen: string[] }, Registered> => ({ type: tally, id, metro });

function note(unit: UnitOfWork, stream: string, commandId: string, now: number) {
  unit.append(ref(stream), [
    { type: 'FridgeCommandConfirmed', data: { fridgeId: stream, commandId, confirmedAt: now } },
  ]);
}

let mended = false;
let decisions = 0;
/** Each meal sold is noted in the tally of its sku; the tally refuses a meal it has seen. */
const reaction: Reaction = {
  name: 'tally-of-sales',
  topics: ['meals'],
  on: {
    MealProduced: ({ data }) => ({
      streams: [ref(`tally-${data.sku}`)],
      decide(unit, context) {
        decisions += 1;
        const { state } = unit.load(ref(`tally-${data.sku}`));
        if (state.seen.includes(data.mealId))
          return { refused: true, status: 409, code: 'seen', detail: 'seen before' };
        note(unit, `tally-${data.sku}`, data.mealId, context.now);
        if (data.mealId.startsWith('bad') && !mended) throw new Error('cannot decide');
        return undefined;
      },
    }),
  },
};

let database: TestDatabase;
let store: OpenStore;
let memory: MemoryLog;
let deps: ProjectionDeps;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  mended = false;
  decisions = 0;
  database = await testDatabase('reaction');
  const { pool } = database;
  await migrateStore(pool);
  await migrateProjections(pool);
  store = await openStore({ pool, region });
  memory = memoryLog();
  deps = { pool, kafka: memory.kafka, registry };
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await store.close();
  await database.drop();
});

async function member(on: OpenStore = store) {
  stops.push((await startReaction(reaction, { ...deps, store: on })).stop);
  const last = memory.members.at(-1);
  if (!last) throw new Error('The reaction did not subscribe');
  return last;
}
const append = (drafts: readonly Draft[]) => memory.append(drafts.map(recordOf));
const seen = async (sku = 'soup') => (await store.load(ref(`tally-${sku}`))).state.seen;
const produced = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => step('MealProduced', `m${from + index}`, from + index));

test('E9 events of a batch are decided in order on one state, each its own cause, on the time of the event', async () => {
  append(produced(5));
  await (await member()).drain('meals');
  expect(await seen()).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
  const [first] = await store.history('tally-soup');
  expect(first?.meta).toMatchObject({
    actor: 'reaction:tally-of-sales',
    version: 1,
    time: 1_760_000_000_001,
  });
  const causes = (await store.history('tally-soup')).map(({ meta }) => meta.causationId);
  expect(new Set(causes).size).toBe(5);
  expect(decisions).toBe(5);
});

test('E9 delivery is at least once, the effect is once: repetitions and zombies append nothing', async () => {
  append([...produced(3), ...produced(3)]);
  const [zombie, heir] = [await member(), await member()];
  await Promise.all([zombie.assign('meals'), heir.assign('meals')]);
  await heir.drain('meals');
  await expect(zombie.deliver('meals')).rejects.toBeInstanceOf(Reassess);
  expect(await store.history('tally-soup')).toHaveLength(3);
  expect(decisions).toBeLessThanOrEqual(6);
});

test('E9 lost races decide again until they succeed: nothing parked, nothing lost', async () => {
  const other = await openStore({ pool: database.pool, region });
  append(produced(40));
  const reacting = (await member()).drain('meals', 0, 1);
  const racing = Array.from({ length: 40 }, async (_, index) => {
    const outcome = await other.transact(
      [ref('tally-soup')],
      (unit) => note(unit, 'tally-soup', `command-${index}`, 1),
      { actor: 'test', now: 1 },
    );
    expect(outcome.refused).toBe(false);
  });
  await Promise.all([reacting, ...racing]);
  await other.close();
  const all = await store.load(ref('tally-soup'));
  expect(all.version).toBe(80);
  expect(new Set(all.state.seen).size).toBe(80);
  expect((await database.pool.query('select * from dabba.parked_events')).rows).toEqual([]);
});

test('E9 a crash after the decision leaves neither events nor checkpoint', async () => {
  append(produced(2));
  const one = await member();
  await database.pool.query(
    `create function no() returns trigger language plpgsql as $$ begin raise 'away' using errcode = '57P01'; end $$`,
  );
  await database.pool.query(
    'create trigger no before insert on dabba.events for each row execute function no()',
  );
  await expect(one.deliver('meals')).rejects.toThrow('away');
  await database.pool.query('drop trigger no on dabba.events');
  expect((await database.pool.query('select next::int from dabba.checkpoints')).rows).toEqual([{ next: 0 }]);
  await one.deliver('meals');
  expect(await seen()).toEqual(['m1', 'm2']);
});

test('P5 a decision that throws parks its event, leaves nothing of it behind, and others go on; replay takes it up', async () => {
  append([
    ...produced(2),
    step('MealProduced', 'bad1', 3),
    ...produced(2, 4),
    step('MealProduced', 'bad1', 6),
  ]);
  const one = await member();
  await one.drain('meals');
  expect(await seen()).toEqual(['m1', 'm2', 'm4', 'm5']);
  expect(await replayParked(reaction, { ...deps, store })).toMatchObject({
    replayed: 0,
    stuck: [{ stream: 'bad1' }],
  });
  mended = true;
  append([step('MealProduced', 'bad1', 7)]);
  await one.drain('meals');
  expect(await seen(), 'P4 what is behind a parked event waits').toEqual(['m1', 'm2', 'm4', 'm5']);
  expect(await replayParked(reaction, { ...deps, store })).toEqual({ replayed: 3, stuck: [] });
  expect(await seen()).toEqual(['m1', 'm2', 'm4', 'm5', 'bad1']);
  expect((await database.pool.query('select * from dabba.parked_streams')).rows).toEqual([]);
});

test('E9 batches of several partitions share a transaction; P5 a decision that throws parks its own event only', async () => {
  append([
    step('MealProduced', 'bad1', 1, 'soup', 0),
    step('MealProduced', 'm2', 2, 'soup', 1),
    step('MealProduced', 'm3', 3, 'stew', 2),
  ]);
  const one = await member();
  for (const partition of [0, 1, 2]) await one.assign('meals', partition);
  await Promise.all([0, 1, 2].map((partition) => one.deliver('meals', partition)));
  expect([await seen(), await seen('stew')]).toEqual([['m2'], ['m3']]);
  const { pool } = database;
  const { rows } = await pool.query('select distinct xmin::text, next::int from dabba.checkpoints');
  expect(rows).toMatchObject([{ next: 1 }]);
  expect((await pool.query('select stream from dabba.parked_events')).rows).toEqual([{ stream: 'bad1' }]);
});

test('P2 a batch that comes late fails alone, the others go on without it', async () => {
  append([0, 1].map((partition) => step('MealProduced', `m${partition}`, 1 + partition, 'soup', partition)));
  const one = await member();
  for (const partition of [0, 1]) await one.assign('meals', partition);
  await database.pool.query('update dabba.checkpoints set next = 1 where partition = 0');
  const [late, fine] = await Promise.allSettled([0, 1].map((partition) => one.deliver('meals', partition)));
  expect(late).toMatchObject({ status: 'rejected', reason: expect.any(Reassess) });
  expect(fine?.status).toBe('fulfilled');
  expect(await seen()).toEqual(['m1']);
});

test('a refusal means nothing to do', async () => {
  append([step('MealProduced', 'm1', 1), step('MealProduced', 'm1', 2), step('MealProduced', 'm2', 3)]);
  await (await member()).drain('meals');
  expect(await seen()).toEqual(['m1', 'm2']);
});
