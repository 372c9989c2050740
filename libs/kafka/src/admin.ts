import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import kafkajs from './kafkajs.ts';
import type { Link } from './link.ts';
import { logRanges } from './log-range.ts';
import type { KafkaAdmin, TopicDrift, TopicSettings } from './types.ts';

/** Milliseconds. */
const leaderPatience = 15_000;

const { TOPIC } = kafkajs.ConfigResourceTypes;
const { TOPIC_CONFIG } = kafkajs.ConfigSource;

interface Existing {
  partitions: number;
  replicas: number;
  /** In effect, defaults included. */
  config: Map<string, string>;
  /** Set on the topic itself. */
  own: Map<string, string>;
}

export class KafkajsAdmin implements KafkaAdmin {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  plan(wanted: readonly TopicSettings[]): Promise<TopicDrift[]> {
    return this.#link.admin.ask('topics plan', async (admin) =>
      driftOf(wanted, await this.#existing(admin, wanted)),
    );
  }

  apply(wanted: readonly TopicSettings[]): Promise<TopicDrift[]> {
    const { names } = this.#link;
    return this.#link.admin.ask('topics apply', async (admin) => {
      const existing = await this.#existing(admin, wanted);
      const drift = driftOf(wanted, existing);
      const missing = wanted.filter(({ name }) => !existing.has(name));
      if (missing.length > 0) {
        await admin.createTopics({
          waitForLeaders: false,
          topics: missing.map(({ name, partitions, replicas, config }) => ({
            topic: names.outer(name),
            numPartitions: partitions,
            replicationFactor: replicas ?? -1,
            configEntries: entries(config),
          })),
        });
        await untilLed(
          admin,
          missing.map(({ name }) => names.outer(name)),
        );
      }
      for (const settings of wanted) {
        const topic = existing.get(settings.name);
        if (topic) await change(admin, names.outer(settings.name), settings, topic);
      }
      return drift;
    });
  }

  async offsets(topic: string): Promise<{ partition: number; low: number; high: number }[]> {
    const ranges = await logRanges(this.#link.admin, this.#link.names.outer(topic));
    return [...ranges]
      .map(([partition, range]) => ({ partition, ...range }))
      .sort((a, b) => a.partition - b.partition);
  }

  async groupOffsets(
    group: string,
    topics: readonly string[],
  ): Promise<{ topic: string; partition: number; offset: number }[]> {
    const { admin, names } = this.#link;
    const found = await admin.ask(`offsets of the group ${group}`, (client) =>
      client.fetchOffsets({
        groupId: names.outer(group),
        topics: topics.map((topic) => names.outer(topic)),
      }),
    );
    return found.flatMap(({ topic, partitions }) =>
      partitions
        .map(({ partition, offset }) => ({ topic: names.inner(topic), partition, offset: Number(offset) }))
        .filter(({ offset }) => offset >= 0),
    );
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    const { admin, names } = this.#link;
    await admin.ask('deleting topics', (client) =>
      client.deleteTopics({ topics: topics.map((topic) => names.outer(topic)) }),
    );
  }

  async #existing(admin: Admin, wanted: readonly TopicSettings[]): Promise<Map<string, Existing>> {
    const { names } = this.#link;
    const all = new Set(await admin.listTopics());
    const topics = wanted.map(({ name }) => names.outer(name)).filter((name) => all.has(name));
    if (topics.length === 0) return new Map();
    const metadata = await admin.fetchTopicMetadata({ topics });
    const configs = await admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map((name) => ({ type: TOPIC, name })),
    });
    const byName = new Map(configs.resources.map((resource) => [resource.resourceName, resource]));
    return new Map(
      metadata.topics.map(({ name, partitions }) => {
        const found = byName.get(name)?.configEntries ?? [];
        const pairs = (list: typeof found) =>
          new Map(list.map(({ configName, configValue }) => [configName, configValue]));
        return [
          names.inner(name),
          {
            partitions: partitions.length,
            replicas: partitions[0]?.replicas.length ?? 0,
            config: pairs(found),
            own: pairs(found.filter(({ configSource }) => configSource === TOPIC_CONFIG)),
          },
        ];
      }),
    );
  }
}

function driftOf(wanted: readonly TopicSettings[], existing: Map<string, Existing>): TopicDrift[] {
  return wanted.flatMap((settings) => {
    const differences = differencesOf(settings, existing.get(settings.name));
    return differences.length > 0 ? [{ topic: settings.name, differences }] : [];
  });
}

function differencesOf(
  { partitions, replicas, config }: TopicSettings,
  topic: Existing | undefined,
): string[] {
  if (!topic) return ['missing'];
  const differences: string[] = [];
  if (topic.partitions < partitions) {
    differences.push(`partitions ${topic.partitions}, wanted ${partitions}`);
  }
  if (replicas !== undefined && topic.replicas !== replicas) {
    differences.push(`replicas ${topic.replicas}, wanted ${replicas}`);
  }
  for (const [name, value] of Object.entries(config)) {
    const found = topic.config.get(name);
    if (found !== value) differences.push(`${name} ${found ?? 'unset'}, wanted ${value}`);
  }
  return differences;
}

async function change(
  admin: Admin,
  topic: string,
  { partitions, config }: TopicSettings,
  existing: Existing,
): Promise<void> {
  if (existing.partitions < partitions) {
    await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] });
  }
  if (Object.entries(config).every(([name, value]) => existing.config.get(name) === value)) return;
  // Setting replaces everything set on the topic before, so the rest is said again.
  const all = { ...Object.fromEntries(existing.own), ...config };
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: TOPIC, name: topic, configEntries: entries(all) }],
  });
}

/** A broker may not have heard yet of a topic that was just made; kafkajs' own waiting takes that for a failure. */
async function untilLed(admin: Admin, topics: string[]): Promise<void> {
  const end = Date.now() + leaderPatience;
  for (;;) {
    try {
      const metadata = await admin.fetchTopicMetadata({ topics });
      if (metadata.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      if (Date.now() >= end) throw error;
    }
    if (Date.now() >= end) throw new Error(`No leaders within ${leaderPatience} ms for ${topics.join(', ')}`);
    await pause(50);
  }
}

function entries(config: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}
