import { topics } from '@dabba/contracts';
import type { Village } from './village.ts';

/** Everything a request could have changed: events in every store, end offsets of every topic. */
export async function footprint({ identity, meals, kafka }: Village): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { name, deps } of [
    { name: 'identity', deps: identity.deps },
    { name: 'meals', deps: meals.deps },
  ]) {
    const { rows } = await deps.pool.query<{ n: string }>('select count(*) as n from dabba.events');
    found[`store ${name}`] = Number(rows[0]?.n);
  }
  for (const { name } of topics)
    for (const { partition, high } of await kafka.admin.offsets(name)) found[`${name}/${partition}`] = high;
  return found;
}

/** Waits until the stores are wholly on Kafka, so that what follows is compared with a quiet beginning. */
export function isQuiet({ identity, meals }: Village): boolean {
  return [identity, meals].every(({ deps }) => deps.relay.status().depth === 0);
}
