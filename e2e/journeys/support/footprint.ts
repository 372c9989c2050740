import { topics } from '@dabba/contracts';
import type { Village } from './village.ts';

/** Everything a request could have changed: events in every store, end offsets of every topic. */
export async function footprint({ stores, kafka }: Village): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [name, { deps }] of stores()) {
    const { rows } = await deps.pool.query<{ n: string }>('select count(*) as n from dabba.events');
    found[`store ${name}`] = Number(rows[0]?.n);
  }
  for (const { name } of topics)
    for (const { partition, high } of await kafka.admin.offsets(name)) found[`${name}/${partition}`] = high;
  return found;
}

/** Whether the stores are wholly on Kafka. Asked of the databases: what a relay says of itself trails by a moment. */
export async function isQuiet({ stores }: Village): Promise<boolean> {
  for (const [, { deps }] of stores()) {
    const { rows } = await deps.pool.query<{ quiet: boolean }>(
      `select coalesce(max(position), 0) <= (select position from dabba.relay_cursor) as quiet from dabba.events`,
    );
    if (rows[0]?.quiet !== true) return false;
  }
  return true;
}
