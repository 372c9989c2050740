import { service as meals } from '@dabba/meals';
import { type Consumer, startReadModel } from '@dabba/projections';
import type { Doors } from '../doors.ts';

/**
 * Members that never hear of a rebalance: they fold every partition of the read models of meals under the same
 * checkpoints as the services, in groups of their own. Compare-and-set has to let each record count once (P2).
 */
export async function raiseZombies({ meals: pool, kafka, registry }: Doors): Promise<() => Promise<void>> {
  const unaware = {
    ...kafka,
    subscribe: (options: Parameters<typeof kafka.subscribe>[0]) =>
      kafka.subscribe({ ...options, group: `${options.group}-zombie` }),
  };
  const zombies: Consumer[] = [];
  for (const model of meals.readModels)
    zombies.push(await startReadModel(model, { pool, kafka: unaware, registry }));
  return async () => {
    await Promise.all(zombies.map((zombie) => zombie.stop()));
  };
}
