import { type EventName, type Events, encodeEvent, metroOf, partitionFor, schemaOf } from '@dabba/contracts';
import { type OutgoingRecord, type Publisher, toRecord } from '@dabba/kafka';
import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { callAs, type TestCaller, type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopicsOf } from '@dabba/testing/topics';
import { service } from '../service.ts';

/** Others may be using the machine. */
export const patient = { within: 45_000, every: 50 };

interface Heard<N extends EventName = EventName> {
  type: N;
  stream: string;
  data: Events[N];
}

/** The service on real servers, in as many replicas as a test wants, and what orders and the catalog tell it. */
export class World {
  readonly replicas: readonly RunningService<StoreDeps>[];
  readonly clock: { ahead: number };
  readonly #tokens: TestTokens;
  readonly #publisher: Publisher;
  #position = 0;
  readonly #versions = new Map<string, number>();

  private constructor(
    replicas: readonly RunningService<StoreDeps>[],
    clock: { ahead: number },
    tokens: TestTokens,
    publisher: Publisher,
  ) {
    this.replicas = replicas;
    this.clock = clock;
    this.#tokens = tokens;
    this.#publisher = publisher;
  }

  static async open(name: string, count = 1, env: Record<string, string> = {}): Promise<World> {
    const tokens = await testTokens();
    const kafkaPrefix = uniquePrefix(name);
    await makeTopicsOf(service, kafkaPrefix);
    const clock = { ahead: 0 };
    const replicas: RunningService<StoreDeps>[] = [];
    for (let started = 0; started < count; started++)
      replicas.push(
        await startService(service, {
          port: 0,
          keys: tokens.keys,
          kafkaPrefix,
          now: () => Date.now() + clock.ahead,
          env: { ...process.env, LOG_LEVEL: 'silent', ...env },
        }),
      );
    const [first] = replicas;
    if (!first) throw new Error('no replica');
    return new World(replicas, clock, tokens, first.deps.kafka.publisher());
  }

  async close(): Promise<void> {
    await this.#publisher.close();
    for (const replica of this.replicas) await replica.stop();
  }

  get deps(): StoreDeps {
    const [first] = this.replicas;
    if (!first) throw new Error('no replica');
    return first.deps;
  }

  call(method: string, path: string, body?: unknown, caller?: TestCaller, replica = 0) {
    return callAs(
      this.#tokens,
      method,
      `${this.replicas[replica]?.url}/api/v1/inventory/${path}`,
      body,
      caller,
    );
  }

  /** A store of `vnd_1` that counts these. */
  async outlet(stock: Readonly<Record<string, number>>): Promise<string> {
    const outletId = `sto_${crypto.randomUUID()}`;
    await this.hear([outletDefined(outletId)]);
    await until(
      'the outlet is known',
      async () => (await this.call('GET', `${outletId}/items`)).status === 200,
      patient,
    );
    for (const [id, counted] of Object.entries(stock)) {
      const { status, body } = await this.call('POST', `${outletId}/items`, { id, counted });
      if (status !== 201) throw new Error(JSON.stringify(body));
    }
    return outletId;
  }

  async status(orderId: string): Promise<string | undefined> {
    const { status, body } = await this.call('GET', `reservations/${orderId}`);
    return status === 200 ? body.status : undefined;
  }

  reaches(orderId: string, status: string): Promise<unknown> {
    return until(`${orderId} is ${status}`, async () => (await this.status(orderId)) === status, patient);
  }

  async item(outletId: string, stockItemId: string) {
    return (await this.call('GET', `${outletId}/items/${stockItemId}`)).body;
  }

  /** Puts events of other services on their topics, in this order. */
  async hear(events: readonly Heard[]): Promise<void> {
    const { region } = this.deps;
    const metro = metroOf(region, 'sfo');
    const records = await Promise.all(
      events.map((event) => this.#record(event, partitionFor(metro, event.stream))),
    );
    await this.#publisher.publish(records);
  }

  async #record({ type, stream, data }: Heard, partition: number): Promise<OutgoingRecord> {
    this.#position += 1;
    const version = (this.#versions.get(stream) ?? 0) + 1;
    this.#versions.set(stream, version);
    const { topic, fullName, text } = schemaOf(type);
    const encoded = encodeEvent(type, data);
    const meta = {
      ...{ id: crypto.randomUUID(), source: 'world', stream, streamType: 'any', version },
      ...{ position: this.#position, metro: 'sfo', time: this.deps.now() },
    };
    const schemaId = await this.deps.registry.idOf(topic, fullName, text);
    return toRecord({ type, meta, data: encoded.data }, { topic, partition, schemaId });
  }
}

function outletDefined(outletId: string): Heard<'OutletDefined'> {
  const nothing = {
    campus: null,
    address: null,
    latitude: null,
    longitude: null,
    licensePlate: null,
    vehicleType: null,
  };
  const slots = { slotMinutes: 15, slotQuantity: 20, jurisdiction: 'us-ca-sf' };
  const data = {
    ...{ outletId, vendorId: 'vnd_1', kind: 'STORE' as const, name: 'Corner', zone: 'America/Los_Angeles' },
    ...{ ...nothing, ...slots, definedAt: Date.now() },
  };
  return { type: 'OutletDefined', stream: outletId, data };
}
