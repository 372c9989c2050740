import { until } from '@dabba/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { claim } from './due.ts';
import { hasty } from './spec/settings.ts';
import { dueCount, openWorld, storyOf, timesHeld, type World } from './spec/world.ts';
import { authorityChecks, registrationOf, startRegistrar } from './start.ts';

let world: World;
let running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  world.tax.behave({});
  world.log.behave({});
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
});
afterAll(() => world.close());

async function start(settings = hasty) {
  const deps = await world.replica();
  const registrar = startRegistrar(deps, settings);
  running.push(registrar);
  return { deps, ...registrar };
}

const drained = (within = 20_000) =>
  until('nothing is due', async () => (await dueCount(world.database)) === 0, { within });

const numbered = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, n) => ({ number: String(n), ...more }));

const agreed = ['Registered tax-office', 'Registered logistics', 'Accepted'];

test('S3-RCP-03 every receipt is registered with every authority, and accepted with the last', async () => {
  const ids = await world.place(numbered(120));
  const { deps } = await start();
  await drained();
  for (const office of [world.tax, world.log]) expect(new Set(timesHeld(office, ids))).toEqual(new Set([1]));
  for (const id of ids) {
    const story = await storyOf(deps, id);
    expect([...story].sort()).toEqual([...agreed].sort());
    expect(story.at(-1)).toBe('Accepted');
  }
});

test('a refusal is a dead letter with its reason; the other authority has it all the same', async () => {
  world.tax.behave({ refuse: [{ member: 'number', begins: 'BAD', reason: 'No such seller' }] });
  const [bad = ''] = await world.place([{ number: 'BAD' }]);
  const { deps } = await start();
  await drained();
  expect((await storyOf(deps, bad)).sort()).toEqual(['Failed tax-office', 'Registered logistics']);
  expect(timesHeld(world.log, [bad])).toEqual([1]);
  const { rows } = await world.database.pool.query('select * from refused_registrations where receipt = $1', [
    bad,
  ]);
  expect(rows).toMatchObject([{ authority: 'tax-office', reason: 'No such seller' }]);
});

test('S3-RCP-05 who died after claiming and before sending has sent nothing: it is looked up, then sent', async () => {
  const ids = await world.place(numbered(30, { authorities: ['tax-office'] }));
  const wanted = { authority: 'tax-office', after: '', most: 30, lease: 400, burst: 200, left: new Map() };
  const { rows } = await claim(world.database.pool, wanted);
  expect(rows).toHaveLength(30);
  expect((await claim(world.database.pool, wanted)).rows, 'a second one gets none of them').toEqual([]);
  const before = world.tax.office.requests.length;
  await start();
  await drained();
  expect(timesHeld(world.tax, ids)).toEqual(ids.map(() => 1));
  expect(world.tax.office.requests.slice(before).map(({ kind }) => kind)).toEqual(['look-up', 'register']);
});

test('S3-RCP-05 what an authority did without answering is found by our id, not sent again', async () => {
  world.tax.behave({ mute: 1 });
  const ids = await world.place(numbered(20, { authorities: ['tax-office'] }));
  const { deps } = await start();
  await until('it registers them', () => timesHeld(world.tax, ids).every((times) => times === 1));
  world.tax.behave({});
  await drained();
  expect(timesHeld(world.tax, ids)).toEqual(ids.map(() => 1));
  for (const id of ids) expect(await storyOf(deps, id)).toEqual(['Registered tax-office', 'Accepted']);
});

test('S3-RCP-05 what an authority is still at work on when we hang up is waited for before it is looked up', async () => {
  // It takes longer than we wait for an answer, and less than it may take to settle.
  world.tax.behave({ slow: { share: 1, from: 900, to: 900 } });
  const ids = await world.place(numbered(3, { authorities: ['tax-office'] }));
  await start();
  await until('it is at work', () =>
    world.tax.office.requests.some(
      (request) => request.is === 'at work' && request.ids.includes(ids[0] ?? ''),
    ),
  );
  world.tax.behave({});
  await drained();
  expect(timesHeld(world.tax, ids)).toEqual(ids.map(() => 1));
});

test('T1 no transaction is open while an authority is at work', async () => {
  world.tax.behave({ slow: { share: 1, from: 300, to: 300 } });
  const ids = await world.place(numbered(3, { authorities: ['tax-office'] }));
  await start();
  await until('it is at work', () =>
    world.tax.office.requests.some(
      (request) => request.is === 'at work' && request.ids.includes(ids[0] ?? ''),
    ),
  );
  const { rows } = await world.database.pool.query(
    "select query from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
  );
  expect(rows).toEqual([]);
  world.tax.behave({});
  await drained();
  expect(timesHeld(world.tax, ids)).toEqual(ids.map(() => 1));
});

test('T1 who wakes up after its lease has ended sends nothing', async () => {
  const ids = await world.place(numbered(5, { authorities: ['tax-office'] }));
  const before = world.tax.office.requests.length;
  // The lease is over before the claim itself has come back.
  const { stop } = await start({ ...hasty, grace: -10_000 });
  await until('it has tried', async () => {
    const { rows } = await world.database.pool.query<{ last_error: string | null }>(
      'select last_error from due_registrations',
    );
    return rows.length > 0 && rows.every(({ last_error }) => last_error?.includes('no time'));
  });
  await stop();
  expect(timesHeld(world.tax, ids)).toEqual(ids.map(() => 0));
  expect(world.tax.office.requests.slice(before).filter(({ kind }) => kind === 'register')).toEqual([]);
  await start();
  await drained();
  expect(timesHeld(world.tax, ids)).toEqual(ids.map(() => 1));
});

test('Retry-After is honoured: nobody is heard of before', async () => {
  world.tax.behave({ limit: { perSecond: 0.1, burst: 1, retryAfter: 2 } });
  await world.place(numbered(150, { authorities: ['tax-office'] }));
  const before = world.tax.office.requests.length;
  await start({ ...hasty, lanes: 1 });
  await until('it is limited', () =>
    world.tax.office.requests.slice(before).some(({ is }) => is === 'limited'),
  );
  const at = world.tax.office.requests.findLast(({ is }) => is === 'limited')?.at ?? 0;
  world.tax.behave({});
  await drained();
  const after = world.tax.office.requests.filter((request) => request.at > at);
  expect(Math.min(...after.map((request) => request.at)) - at).toBeGreaterThanOrEqual(2_000);
});

test('a breaker opens on an authority that is down, costs it next to nothing, and closes again', async () => {
  world.tax.behave({ down: 1 });
  const ids = await world.place(numbered(300, { authorities: ['tax-office'] }));
  const before = world.tax.office.requests.length;
  const breaker = { failures: 3, successes: 2, reset: 1_000 };
  const { deps } = await start({ ...hasty, breaker });
  const [tax, log] = authorityChecks(deps);
  await until('health knows', () =>
    tax?.check().then(
      () => false,
      () => true,
    ),
  );
  await log?.check();
  const asked = world.tax.office.requests.length - before;
  expect(asked, 'requests until it opens').toBeLessThanOrEqual(6);
  const since = Date.now();
  await until('a trial', () => world.tax.office.requests.length > before + asked);
  expect(Date.now() - since).toBeGreaterThan(500);
  world.tax.behave({});
  await drained();
  await tax?.check();
  expect(timesHeld(world.tax, ids)).toEqual(ids.map(() => 1));
});

test('who stumbles over one receipt still gets its neighbours', async () => {
  const ids = await world.place(numbered(12, { authorities: ['tax-office'] }));
  const [poison = ''] = ids;
  const deps = await world.replica();
  const [tax] = registrationOf(deps).authorities;
  if (!tax) throw new Error('No tax office');
  const register = tax.register.bind(tax);
  tax.register = (receipts, signal) =>
    receipts.some(({ receiptId }) => receiptId === poison)
      ? Promise.reject(new Error('It answered 500'))
      : register(receipts, signal);
  running.push(startRegistrar(deps, { ...hasty, breaker: { failures: 1000, successes: 1, reset: 10 } }));
  await until('the others are registered', async () => (await dueCount(world.database)) === 1, {
    within: 40_000,
  });
  expect(timesHeld(world.tax, ids)).toEqual(ids.map((id) => (id === poison ? 0 : 1)));
  await world.database.pool.query('delete from due_registrations');
});

test('E4 an answer nobody can decide on is left alone, and its neighbours are not', async () => {
  const ids = await world.place(numbered(8, { authorities: ['tax-office'] }));
  const others = await world.place(numbered(2, { authorities: ['logistics'] }));
  await world.database.pool.query(
    `insert into due_registrations (receipt, authority, client, metro, received_on, canonical, due_at)
     select receipt, 'tax-office', client, metro, received_on, canonical, now() from due_registrations
      where authority = 'logistics'`,
  );
  const { deps } = await start();
  await until('the others are done', async () => (await dueCount(world.database)) === others.length);
  for (const id of ids) expect(await storyOf(deps, id)).toEqual(['Registered tax-office', 'Accepted']);
  for (const id of others) expect(await storyOf(deps, id)).toEqual(['Registered logistics', 'Accepted']);
  await world.database.pool.query('delete from due_registrations');
});
