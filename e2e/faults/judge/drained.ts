import { isTopicName } from '@dabba/contracts';
import { service as identity } from '@dabba/identity';
import { service as meals } from '@dabba/meals';
import { until } from '@dabba/testing';
import type { Pool } from 'pg';
import type { Doors } from '../doors.ts';
import { metric } from '../kill/health.ts';
import type { World } from '../world.ts';

interface Reader {
  name: string;
  topics: readonly string[];
}

/** Resolves when nothing is on its way any more; else with what is, once nothing has moved for `within` milliseconds. */
export async function drained(
  world: World,
  doors: Doors,
  load: { readonly waiting: number },
  within: number,
  onProgress: (line: string) => void,
): Promise<string | undefined> {
  let behind = 'unknown';
  const progress = setInterval(() => onProgress(`waiting: ${behind}`), 5_000);
  const look = async () => {
    behind =
      load.waiting > 0 ? `fridges have ${load.waiting} things to say` : await whatIsBehind(world, doors);
    return behind === '';
  };
  try {
    await until('everything is drained', look, { within, every: 300 });
    return undefined;
  } catch (error) {
    return behind === 'unknown' && error instanceof Error ? String(error.cause ?? error) : behind;
  } finally {
    clearInterval(progress);
  }
}

async function whatIsBehind(world: World, doors: Doors): Promise<string> {
  const spooled = await metric(world, 'dabba_edge_spool_records');
  if (spooled !== 0) return `the spool holds ${spooled ?? 'nobody knows how many'} facts`;
  const undone = await undoneIn(doors.meals);
  if (undone !== undefined) return undone;
  for (const [pool, readModels] of [
    [doors.meals, meals.readModels],
    [doors.identity, identity.readModels],
  ] as const) {
    // What comes first may leave work for what comes after it.
    const reactions = await late(pool, doors, await otherReaders(pool, readModels));
    if (reactions !== undefined) return reactions;
    const { rows } = await pool.query<{ depth: string }>(
      `select (select coalesce(max(position), 0) from dabba.events) - position as depth from dabba.relay_cursor`,
    );
    // A cursor ahead of the events is as far as it gets.
    if (Number(rows[0]?.depth) > 0) return `${rows[0]?.depth} events wait for the relay`;
    const folds = await late(pool, doors, readModels);
    if (folds !== undefined) return folds;
  }
  return '';
}

async function late(pool: Pool, doors: Doors, readers: readonly Reader[]): Promise<string | undefined> {
  for (const reader of readers) {
    const lag = await lagOf(pool, doors, reader);
    if (lag > 0) return `${reader.name} is ${lag} records behind`;
  }
  return undefined;
}

/** Reactions, by what they have read. */
async function otherReaders(pool: Pool, known: readonly Reader[]): Promise<Reader[]> {
  const { rows } = await pool.query<Reader>(
    `select consumer as name, array_agg(distinct topic) as topics from dabba.checkpoints
      where not consumer = any($1) group by consumer`,
    [known.map(({ name }) => name)],
  );
  return rows;
}

/** What fridges were told and may still do, and sessions that are not over. */
async function undoneIn(pool: Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ commands: string; sessions: string }>(
    `select
       (select count(*) from dabba.streams, jsonb_each(state -> 'pending') as pending
         where type = 'fridge' and coalesce((value ->> 'expiresAt')::float8, 'infinity') > $1) as commands,
       (select count(*) from dabba.streams
         where type = 'session' and state ->> 'status' in ('OPENING', 'OPEN')) as sessions`,
    [Date.now()],
  );
  const { commands = '0', sessions = '0' } = rows[0] ?? {};
  if (Number(commands) > 0) return `${commands} fridge commands are not confirmed`;
  return Number(sessions) > 0 ? `${sessions} door sessions are not over` : undefined;
}

async function lagOf(pool: Pool, { kafka }: Doors, { name, topics }: Reader): Promise<number> {
  const { rows } = await pool.query<{ topic: string; partition: number; next: string }>(
    'select topic, partition, next from dabba.checkpoints where consumer = $1',
    [name],
  );
  const next = new Map(rows.map(({ topic, partition, next }) => [`${topic}/${partition}`, Number(next)]));
  let lag = 0;
  for (const topic of topics) {
    if (!isTopicName(topic)) continue;
    for (const { partition, high } of await kafka.admin.offsets(topic))
      lag += Math.max(0, high - (next.get(`${topic}/${partition}`) ?? 0));
  }
  return lag;
}
