import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Event, encodeEvent, newId, type Recorded, schemaOf, topics } from '@dabba/contracts';
import {
  connectKafka,
  connectRegistry,
  type Kafka,
  type Log,
  readEvents,
  type SchemaRegistry,
  topicSettings,
  toRecord,
} from '@dabba/kafka';
import { uniquePrefix, until } from '@dabba/testing';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { Registry } from 'prom-client';
import { type Bridge, openBridge } from '../bridge.ts';
import type { AskIdentity } from '../credentials/ask-identity.ts';
import { settingsFrom } from '../settings.ts';
import { cuttable } from './cuttable.ts';
import { region } from './region.ts';

/** Knows every fridge whose secret is its id and `-secret`; they stand in the metro sfo. */
const knowsAll: AskIdentity = async (clientId, secret) =>
  secret === `${clientId}-secret`
    ? { known: true, fridgeId: clientId, metro: 'sfo' }
    : { known: false, because: 'refused' };

/** A bridge on topics of its own, with a wire to Kafka that can be cut. */
export class TestBridge {
  readonly directory = mkdtempSync(join(tmpdir(), 'edge-bridge-'));
  readonly prefix = uniquePrefix('edge');
  readonly metrics = new Registry();
  readonly kafka: Kafka;
  readonly registry: SchemaRegistry;
  readonly wire: ReturnType<typeof cuttable>;
  /** What an operator would read. */
  readonly lines: string[] = [];
  readonly log: Log = {
    error: (fields, message) => void this.lines.push(`error ${message} ${JSON.stringify(fields)}`),
    warn: (fields, message) => void this.lines.push(`warn ${message} ${JSON.stringify(fields)}`),
    info: () => undefined,
  };
  /** Whether ids of schemas cannot be asked for. */
  registryAway = false;
  now: () => number = Date.now;
  ask: AskIdentity = knowsAll;
  env: NodeJS.ProcessEnv = {};
  #bridge: Bridge | undefined;
  readonly #clients: MqttClient[] = [];

  constructor() {
    const brokers = (process.env.KAFKA_BROKERS ?? '').split(',');
    this.kafka = connectKafka({ brokers, clientId: 'edge-bridge-test', prefix: this.prefix, log: this.log });
    const registry = connectRegistry({
      url: process.env.SCHEMA_REGISTRY_URL ?? '',
      cacheDir: join(this.directory, 'registry'),
    });
    this.registry = {
      ...registry,
      idOf: (...asked) =>
        this.registryAway ? Promise.reject(new Error('The registry is away')) : registry.idOf(...asked),
    };
    this.wire = cuttable(this.kafka);
  }

  async open(): Promise<this> {
    await this.kafka.admin.apply(topicSettings(topics, region, { replicas: 1 }));
    await until('the topics have leaders', async () =>
      Promise.all(topics.map(({ name }) => this.kafka.admin.offsets(name))).then(() => true),
    );
    await this.start();
    return this;
  }

  get bridge(): Bridge {
    if (!this.#bridge) throw new Error('The bridge does not run');
    return this.#bridge;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.bridge.mqttPort}`;
  }

  async start(): Promise<void> {
    this.metrics.clear();
    this.#bridge = await openBridge({
      region,
      metros: region.metros,
      kafka: this.wire.kafka,
      registry: this.registry,
      log: this.log,
      now: () => this.now(),
      ask: (clientId, secret) => this.ask(clientId, secret),
      metrics: this.metrics,
      settings: settingsFrom({
        EDGE_BRIDGE_DIR: this.directory,
        MQTT_PORT: '0',
        COMMAND_RESEND_MS: '200',
        ...this.env,
      }),
    });
  }

  async stop(): Promise<void> {
    await this.#bridge?.stop();
    this.#bridge = undefined;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.end(true);
    await this.stop();
    await this.kafka.admin.deleteTopics(topics.map(({ name }) => name));
    await this.kafka.close();
    rmSync(this.directory, { recursive: true });
  }

  /** A bare MQTT connection as this fridge; nothing is resent. */
  connect(fridge: string, options: IClientOptions = {}): Promise<MqttClient> {
    const client = connect(this.url, {
      protocolVersion: 4,
      reconnectPeriod: 0,
      username: fridge,
      password: `${fridge}-secret`,
      ...options,
    });
    this.#clients.push(client);
    return new Promise((resolve, reject) => {
      client.on('connect', () => resolve(client));
      client.on('error', reject);
      client.on('close', () => reject(new Error('closed')));
    });
  }

  /** Every fact on the topic, by partition and then in order. */
  async facts(): Promise<Recorded[]> {
    const offsets = await this.kafka.admin.offsets('fridge-facts');
    const facts: Recorded[] = [];
    await this.kafka.read({
      topic: 'fridge-facts',
      ranges: new Map(offsets.map(({ partition, low, high }) => [partition, { from: low, to: high }])),
      onBatch: async ({ records }) => {
        for (const read of await readEvents(records, this.registry)) {
          if ('error' in read) throw read.error;
          if (read.event) facts.push(read.event);
        }
      },
    });
    return facts;
  }

  async seqs(): Promise<number[]> {
    return (await this.facts()).map(({ meta }) => meta.version);
  }

  /** End offset of each partition of the facts. */
  async ends(): Promise<number[]> {
    return (await this.kafka.admin.offsets('fridge-facts')).map(({ high }) => high);
  }

  /** Writes to the topic `fridges` what meals would. */
  async decided({
    type,
    data,
  }: Event<'FridgeCommandIssued' | 'FridgeCommandConfirmed' | 'OfflinePolicyIssued'>): Promise<void> {
    const { topic, fullName, text } = schemaOf(type);
    const meta = {
      id: newId(),
      source: 'test',
      stream: data.fridgeId,
      streamType: 'fridge',
      version: 1,
      position: 1,
      metro: 'sfo',
      time: Date.now(),
    };
    const schemaId = await this.registry.idOf(topic, fullName, text);
    const record = toRecord(
      { type, meta, data: encodeEvent(type, data).data },
      { topic, partition: 0, schemaId },
    );
    await this.kafka.publisher().publish([record]);
  }
}

export function factBody(seq: number, change: object = {}): string {
  return JSON.stringify({
    boot: 1,
    seq,
    at: new Date().toISOString(),
    type: 'meal_stocked',
    data: { meal_id: `meal-${seq}` },
    ...change,
  });
}

export function factsTopic(fridge: string): string {
  return `dabba/sfo/fridges/${fridge}/facts`;
}
