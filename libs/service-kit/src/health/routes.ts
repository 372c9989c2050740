import type { FastifyInstance } from 'fastify';
import type { Parts } from '../process/parts.ts';
import type { HealthCheck } from '../types.ts';
import { type Look, lookAt } from './look.ts';

const open = { config: { public: true }, schema: { hide: true } } as const;

/**
 * `/health/live`: the process answers. `/health/ready`: 503 when it cannot do its job, with the name of what is away;
 * what it can do without (Kafka, for one that decides) makes it `degraded`, not unready.
 */
export function serveHealth(
  app: FastifyInstance,
  service: string,
  parts: Parts,
  checks: readonly HealthCheck[],
): void {
  const look = lookAt(checks);
  app.get('/health/live', open, async () => ({ status: 'live', service }));
  app.get('/health/ready', open, async (_request, reply) => {
    const dependencies = await look();
    const relay = parts.relay?.status();
    const consumers = parts.consumers
      .map((consumer) => consumer.status())
      .map(({ name, partitions, parkedStreams }) => ({
        name,
        lag: partitions.reduce((sum, partition) => sum + partition.lag, 0),
        parked_streams: parkedStreams,
        stopped: partitions.flatMap(({ topic, partition, stopped }) =>
          stopped === undefined ? [] : [{ topic, partition, because: stopped }],
        ),
      }));
    const ready = !parts.stopping && relay?.recover === undefined && !away(dependencies, true);
    const limping =
      away(dependencies, false) || consumers.some((one) => one.stopped.length + one.parked_streams > 0);
    return reply.code(ready ? 200 : 503).send({
      status: ready ? (limping ? 'degraded' : 'ready') : 'unready',
      service,
      ...(parts.stopping && { stopping: true }),
      dependencies,
      ...(relay && { store: { unrelayed: relay.depth, relay_leader: relay.leader, recover: relay.recover } }),
      consumers,
    });
  });
}

function away(dependencies: Readonly<Record<string, Look>>, required: boolean): boolean {
  return Object.values(dependencies).some((one) => one.status === 'down' && one.required === required);
}
