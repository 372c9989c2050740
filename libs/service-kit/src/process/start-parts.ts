import { topicsOwnedBy } from '@dabba/contracts';
import { type OpenStore, startRelay } from '@dabba/event-store';
import {
  type Consumer,
  foldsOn,
  startDeadLetterFeed,
  startReaction,
  startReadModel,
} from '@dabba/projections';
import { startTasks } from '@dabba/tasks';
import type { StoreDeps, StoreService } from '../types.ts';
import type { Closing } from './closing.ts';
import type { Parts } from './parts.ts';
import { restsBetweenLooks, restTogether } from './rest.ts';

/** As of {@link StoreService.rest}, for its relay: readers rest longer than that, so that hardly anybody waits for it. */
const relayed = 10;
/** As of {@link StoreService.rest}, from one fold of a read model nobody waits for to its next. */
const gathered = 250;

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
  const running: { stop(): Promise<void> }[] = [];
  closing.add('relay, consumers and tasks', () => Promise.all(running.map((part) => part.stop())));

  const restUpTo = restsBetweenLooks();
  const resting = (longest: number | undefined) => (longest === undefined ? {} : { rest: restUpTo(longest) });

  const handlers = service.tasks?.(deps) ?? [];
  if (handlers.length > 0) {
    parts.tasks = await startTasks({ handlers, pool, log });
    running.push(parts.tasks);
  }
  parts.relay = await startRelay({
    ...relayOptions(service, deps, store),
    ...resting(service.rest && relayed),
  });
  running.push(parts.relay, startDeadLetterFeed({ pool, kafka, log }));

  const partitions = partitionsOf(deps);
  const shared = kafka.shared({
    group: service.name,
    ...resting(service.rest),
    ...partitions,
  });
  const together = { ...kafka, subscribe: shared.subscribe };
  const reading = { pool, kafka: together, registry, log, transactions: foldsOn(pool), ...partitions };
  const follow = async (starting: Promise<Consumer>) => {
    const consumer = await starting;
    running.push(consumer);
    parts.consumers.push(consumer);
  };
  const gather = service.rest === undefined ? undefined : restTogether(restUpTo(gathered));
  for (const model of service.readModels) await follow(startReadModel(model, { ...reading, gather }));
  for (const reaction of service.reactions?.(deps) ?? [])
    await follow(startReaction(reaction, { ...reading, store }));
  shared.begin();
  const own = await service.start?.(deps);
  if (own) running.push(own);
}

/** Beside doors nothing works, but they have to know when the store is behind Kafka (K6). */
export async function standBy(
  service: StoreService,
  deps: StoreDeps,
  store: OpenStore,
  parts: Parts,
  closing: Closing,
): Promise<void> {
  const relay = await startRelay({ ...relayOptions(service, deps, store), leads: false });
  parts.relay = relay;
  closing.add('relay', () => relay.stop());
}

function relayOptions(service: StoreService, { pool, kafka, registry, log }: StoreDeps, store: OpenStore) {
  return { pool, store, kafka, registry, topics: decisionTopics(service), log };
}

function decisionTopics({ name }: StoreService): string[] {
  return topicsOwnedBy(name).flatMap((topic) => (topic.kind === 'decision' ? [topic.name] : []));
}

/** Left out where all metros are served, so that partitions added later are read, too. */
function partitionsOf({ region, metros }: StoreDeps): { partitions?: readonly number[] } {
  if (metros.length === region.metros.length) return {};
  return { partitions: metros.flatMap((metro) => metro.partitions) };
}
