import type { Kafka } from '@dabba/kafka';
import type { Pool } from 'pg';

/** By how many records of a topic the slowest of those is behind who fold it into this database; undefined: nobody has begun. */
export async function behindOn(
  pool: Pick<Pool, 'query'>,
  kafka: Pick<Kafka, 'admin'>,
  topic: string,
): Promise<number | undefined> {
  const { rows } = await pool.query<{ done: string }>(
    'select sum(next) as done from dabba.checkpoints where topic = $1 group by consumer',
    [topic],
  );
  if (rows.length === 0) return undefined;
  const offsets = await kafka.admin.offsets(topic);
  const there = offsets.reduce((sum, { high }) => sum + high, 0);
  return Math.max(0, ...rows.map(({ done }) => there - Number(done)));
}
