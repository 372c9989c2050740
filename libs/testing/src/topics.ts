import {
  topics as allTopics,
  type EventName,
  type Events,
  encodeEvent,
  metroOf,
  partitionCount,
  schemaOf,
  topicsOwnedBy,
} from '@dabba/contracts';
import { type Publisher, toRecord } from '@dabba/kafka';
import { connect, type StoreDeps, type StoreService } from '@dabba/service-kit';

/** Topics as they are in life, in a test's own prefix; all of them where none are named. */
export async function makeTopics(
  { kafka, region }: Pick<StoreDeps, 'kafka' | 'region'>,
  names: readonly string[] = allTopics.map(({ name }) => name),
): Promise<void> {
  const partitions = partitionCount(region);
  const config = { 'retention.ms': '-1' };
  await kafka.admin.apply(names.map((name) => ({ name, partitions, config })));
}

/** A service's own topics, and all that its read models and reactions listen to. */
export function topicsOf(service: StoreService, deps: StoreDeps): string[] {
  const own = topicsOwnedBy(service.name).map(({ name }) => name);
  const consumers = [...service.readModels, ...(service.reactions?.(deps) ?? [])];
  return [...new Set([...own, ...consumers.flatMap(({ topics }) => topics)])];
}

/** The same, made before the service starts under this prefix. */
export async function makeTopicsOf(service: StoreService, kafkaPrefix: string): Promise<void> {
  const { deps, close } = await connect(service, { kafkaPrefix });
  await makeTopics(deps, topicsOf(service, deps));
  await close();
}

/** What other services would say, said by a test: each stream its versions, all of them one source in one order. */
export class Topics {
  readonly #deps: StoreDeps;
  readonly #publisher: Publisher;
  readonly #versions = new Map<string, number>();
  #position = 0;

  constructor(deps: StoreDeps) {
    this.#deps = deps;
    this.#publisher = deps.kafka.publisher();
  }

  async say<N extends EventName>(type: N, stream: string, data: Events[N], again = false): Promise<void> {
    const { registry, region, now } = this.#deps;
    const { topic, fullName, text } = schemaOf(type);
    const schemaId = await registry.idOf(topic, fullName, text);
    const version = (this.#versions.get(stream) ?? 0) + 1;
    this.#versions.set(stream, version);
    if (!again) this.#position++;
    const meta = {
      ...{ id: crypto.randomUUID(), source: `test-${topic}`, stream, streamType: 'test', version },
      ...{ position: this.#position, metro: 'sfo', time: now() },
    };
    const partition = metroOf(region, 'sfo').partitions[0] ?? 0;
    const record = toRecord(
      { type, meta, data: encodeEvent(type, data).data },
      { topic, partition, schemaId },
    );
    await this.#publisher.publish([record]);
  }

  close(): Promise<void> {
    return this.#publisher.close();
  }
}
