import { topicsOwnedBy } from '@dabba/contracts';
import { type OpenStore, startRelay } from '@dabba/event-store';
import { type Consumer, startDeadLetterFeed, startReaction, startReadModel } from '@dabba/projections';
import { startTasks } from '@dabba/tasks';
import type { StoreDeps, StoreService } from '../types.ts';
import type { Closing } from './closing.ts';
import type { Parts } from './parts.ts';

/**
 * Everything of a service that works without being asked: tasks, relay, read models, reactions, dead letters. None of it
 * waits for Kafka: what needs it goes on trying while the service answers.
 */
export async function startParts(
  service: StoreService,
  deps: StoreDeps,
  store: OpenStore,
  parts: Parts,
  closing: Closing,
): Promise<void> {
  const { pool, log, kafka, registry } = deps;
  const handlers = service.tasks?.(deps) ?? [];
  if (handlers.length > 0) {
    const tasks = await startTasks({ handlers, pool, log });
    parts.tasks = tasks;
    closing.add('tasks', () => tasks.stop());
  }
  const topics = topicsOwnedBy(service.name)
    .filter(({ kind }) => kind === 'decision')
    .map(({ name }) => name);
  const relay = await startRelay({ pool, store, kafka, registry, topics, log });
  parts.relay = relay;
  closing.add('relay', () => relay.stop());
  const feed = startDeadLetterFeed({ pool, kafka, log });
  closing.add('dead letters', () => feed.stop());
  closing.add('consumers', async () => {
    await Promise.all(parts.consumers.map((consumer) => consumer.stop()));
  });
  const reading = { pool, kafka, registry, log, ...partitionsOf(deps) };
  const start = async (consumer: Promise<Consumer>) => void parts.consumers.push(await consumer);
  for (const model of service.readModels) await start(startReadModel(model, reading));
  for (const reaction of service.reactions?.(deps) ?? [])
    await start(startReaction(reaction, { ...reading, store }));
}

/** Left out where all metros are served, so that partitions added later are read, too. */
function partitionsOf({ region, metros }: StoreDeps): { partitions?: readonly number[] } {
  if (metros.length === region.metros.length) return {};
  return { partitions: metros.flatMap((metro) => metro.partitions) };
}
