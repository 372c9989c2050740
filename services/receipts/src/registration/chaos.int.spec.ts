import { until } from '@dabba/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasty } from './spec/settings.ts';
import { dueCount, openWorld, storyOf, timesHeld, type World } from './spec/world.ts';
import { startRegistrar } from './start.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const receipts = 300;
/** Milliseconds of chaos before the offices calm down. */
const chaos = 12_000;

test('S3-RCP-05 whatever offices do, several registrars at once register each receipt once with each', async () => {
  const madness = {
    // Some work is done only after the caller has hung up, yet before it counts as settled.
    slow: { share: 0.2, from: 50, to: 1_000 },
    down: 0.08,
    broken: 0.05,
    mute: 0.05,
    lost: 0.08,
    garbage: 0.08,
    partial: 0.2,
    limit: { perSecond: 5, burst: 5, retryAfter: 1 },
    refuse: [{ member: 'number', begins: 'BAD', reason: 'no' }],
  };
  world.tax.behave({ ...madness, seed: 7 });
  world.log.behave({ ...madness, seed: 8, refuse: [] });
  const ids = await world.place(
    Array.from({ length: receipts }, (_, n) => ({
      number: n % 20 === 0 ? `BAD-${n}` : String(n),
      client: `c${n % 13}`,
    })),
  );
  const settings = { ...hasty, lanes: 2, breaker: { failures: 8, successes: 1, reset: 200 } };
  const replicas = await Promise.all([world.replica(), world.replica(), world.replica()]);
  const running = replicas.map((deps) => startRegistrar(deps, settings));
  const end = Date.now() + chaos;
  await until('the worst is over', async () => Date.now() > end || (await dueCount(world.database)) === 0, {
    within: chaos + 5_000,
    every: 200,
  });
  world.tax.behave({ refuse: madness.refuse });
  world.log.behave({});
  await until('nothing is due', async () => (await dueCount(world.database)) === 0, { within: 120_000 });
  await Promise.all(running.map((one) => one.stop()));

  const [deps] = replicas;
  if (!deps) throw new Error('No replica');
  const bad = (n: number) => n % 20 === 0;
  expect(timesHeld(world.tax, ids), 'the tax office').toEqual(ids.map((_, n) => (bad(n) ? 0 : 1)));
  expect(timesHeld(world.log, ids), 'logistics').toEqual(ids.map(() => 1));
  for (const [n, id] of ids.entries())
    expect((await storyOf(deps, id)).sort(), id).toEqual(
      bad(n)
        ? ['Failed tax-office', 'Registered logistics']
        : ['Accepted', 'Registered logistics', 'Registered tax-office'],
    );
  const accidents = new Set([...world.tax.office.requests, ...world.log.office.requests].map(({ is }) => is));
  expect([...accidents].sort()).toEqual(['answer', 'broken', 'garbage', 'hung-up', 'limited', 'silent']);
}, 180_000);

test('a greedy client is held to its bucket and starves nobody', async () => {
  const own = await openWorld({ TAX_OFFICE_PER_SECOND: '20', TAX_OFFICE_BURST: '10' });
  const deps = await own.replica();
  const alone = { authorities: ['tax-office'] };
  const greedy = await own.place(
    Array.from({ length: 600 }, (_, n) => ({ ...alone, client: 'a-greedy', number: `${n}` })),
  );
  const modest = await own.place(
    Array.from({ length: 30 }, (_, n) => ({ ...alone, client: `m${n}`, number: `${n}` })),
  );
  const registrar = startRegistrar(deps, hasty);
  const registered = (ids: readonly string[]) => timesHeld(own.tax, ids).filter((times) => times > 0).length;
  await until('the modest are served', () => registered(modest) === 30);
  await until('the greedy gets its flow', () => registered(greedy) >= 40);
  await registrar.stop();
  const times = own.tax.office.ledger
    .all()
    .filter(({ client }) => client === 'a-greedy')
    .map(({ at }) => at)
    .sort((one, other) => one - other);
  const [first = 0] = times;
  // What waited on its way arrives together: a window is as long as a request may take.
  const slack = 1_000;
  for (const [n, at] of times.entries())
    expect(n + 1, `receipts within ${at - first} ms`).toBeLessThanOrEqual(
      10 + ((at - first + slack) * 20) / 1000,
    );
  expect(registered(greedy)).toBeLessThan(600);
  await own.close();
});
