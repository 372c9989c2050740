import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { dueCount, openWorld, storyOf, timesHeld, type World } from './spec/world.ts';

let world: World;
const children: ChildProcess[] = [];

beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  world.tax.behave({});
  world.log.behave({});
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await world.close();
});

function spawnRegistrar(): ChildProcess {
  const script = fileURLToPath(new URL('./spec/registrar-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script], { env: world.env, stdio: 'inherit' });
  children.push(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function isBlocked({ database }: World): Promise<boolean> {
  const { rows } = await database.pool.query(
    `select from pg_locks l join pg_database d on d.oid = l.database
      where not l.granted and d.datname = current_database()`,
  );
  return rows.length > 0;
}

const documents = Array.from({ length: 60 }, (_, n) => ({ number: String(n) }));
const patiently = { within: 50_000 };

async function expectOnceEach(ids: readonly string[]): Promise<void> {
  await until('nothing is due', async () => (await dueCount(world.database)) === 0, patiently);
  const deps = await world.replica();
  for (const office of [world.tax, world.log]) expect(timesHeld(office, ids)).toEqual(ids.map(() => 1));
  for (const id of ids)
    expect((await storyOf(deps, id)).sort()).toEqual([
      'Accepted',
      'Registered logistics',
      'Registered tax-office',
    ]);
}

test('S3-RCP-05 killed before an authority has answered, nothing is lost and nothing doubled', async () => {
  const ids = await world.place(documents);
  world.tax.behave({ slow: { share: 1, from: 200, to: 350 } });
  world.log.behave({ mute: 1 });
  const first = spawnRegistrar();
  // One office is still at work then, the other has done its work and says nothing.
  await until('it is asked', () => timesHeld(world.log, ids).includes(1), patiently);
  await kill(first);
  world.log.behave({});
  world.tax.behave({});
  expect(await dueCount(world.database), 'nothing was recorded').toBeGreaterThan(0);
  const second = spawnRegistrar();
  await expectOnceEach(ids);
  await kill(second);
}, 120_000);

test('S3-RCP-05 killed between the answer and its commit, the answer is looked up', async () => {
  const ids = await world.place(documents);
  const saw = (is: string) =>
    [world.tax, world.log].every(({ office }) =>
      office.requests.some((request) => request.is === is && request.ids.some((id) => ids.includes(id))),
    );
  world.tax.behave({ broken: 1 });
  world.log.behave({ broken: 1 });
  const first = spawnRegistrar();
  await until('it is at work', () => saw('broken'), patiently);
  const lock = await world.database.pool.connect();
  try {
    await lock.query('begin; lock table dabba.events in share row exclusive mode');
    world.tax.behave({});
    world.log.behave({});
    await until('both have answered', () => saw('answer'), patiently);
    await until('the commit waits', () => isBlocked(world), patiently);
    await kill(first);
  } finally {
    await lock.query('rollback');
    lock.release();
  }
  const deps = await world.replica();
  expect((await Promise.all(ids.map((id) => storyOf(deps, id)))).flat(), 'nothing was recorded').toEqual([]);
  const second = spawnRegistrar();
  await expectOnceEach(ids);
  await kill(second);
}, 120_000);
