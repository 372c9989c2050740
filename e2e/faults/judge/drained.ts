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
export async function drained(world: World, doors: Doors, within: number): Promise<string | undefined> {
  let behind = 'unknown';
  const look = async () => {
    behind = await whatIsBehind(world, doors);
    return behind === '';
  };
  try {
    await until('everything is drained', look, { within, every: 300 });
    return undefined;
  } catch (error) {
    return behind === 'unknown' && error instanceof Error ? String(error.cause ?? error) : behind;
  }
}

async function whatIsBehind(world: World, doors: Doors): Promise<string> {
  const spooled = await metric(world, 'dabba_edge_spool_records');
  if (spooled !== 0) return `the spool holds ${spooled ?? 'nobody knows how many'} facts`;
  const reaction = { name: 'meals-on-fridge-facts', topics: ['fridge-facts'] };
  for (const [pool, readers] of [
    [doors.meals, [reaction, ...meals.readModels]],
    [doors.identity, identity.readModels],
  ] as const) {
    const { rows } = await pool.query<{ depth: string }>(
      `select (select coalesce(max(position), 0) from dabba.events) - position as depth from dabba.relay_cursor`,
    );
    // A cursor ahead of the events is as far as it gets.
    if (Number(rows[0]?.depth) > 0) return `${rows[0]?.depth} events wait for the relay`;
    for (const reader of readers) {
      const lag = await lagOf(pool, doors, reader);
      if (lag > 0) return `${reader.name} is ${lag} records behind`;
    }
  }
  const { rows } = await doors.meals.query<{ pending: string }>(
    `select count(*) as pending from dabba.streams, jsonb_object_keys(state -> 'pending') where type = 'fridge'`,
  );
  return Number(rows[0]?.pending) === 0 ? '' : `${rows[0]?.pending} fridge commands are not confirmed`;
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
