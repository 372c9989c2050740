import { type EventName, type Events, encodeEvent, metroOf, schemaOf } from '@dabba/contracts';
import { type Publisher, toRecord } from '@dabba/kafka';
import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { callAs, type TestCaller, type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopicsOf } from '@dabba/testing/topics';
import { service } from '../service.ts';

export const minute = 60_000;
/** Others may be using the machine. */
export const patient = { within: 45_000, every: 100 };

type FactName = Extract<EventName, 'FridgeHeartbeat' | `FridgeMeal${string}` | `FridgeDoor${string}`>;
/** What every fact begins with. */
interface Known {
  device: string;
  boot: number;
  seq: number;
  observedAt: number;
}

/** The service on real servers, with a clock that can be set, and fridges that say what the test wants. */
export class World {
  readonly meals: RunningService<StoreDeps>;
  readonly clock: { ahead: number };
  readonly #tokens: TestTokens;
  readonly #publisher: Publisher;
  readonly #seqs = new Map<string, number>();

  private constructor(
    meals: RunningService<StoreDeps>,
    clock: { ahead: number },
    tokens: TestTokens,
    publisher: Publisher,
  ) {
    this.meals = meals;
    this.clock = clock;
    this.#tokens = tokens;
    this.#publisher = publisher;
  }

  static async open(name: string, env: Record<string, string> = {}): Promise<World> {
    const tokens = await testTokens();
    const kafkaPrefix = uniquePrefix(name);
    await makeTopicsOf(service, kafkaPrefix);
    const clock = { ahead: 0 };
    const meals = await startService(service, {
      port: 0,
      keys: tokens.keys,
      kafkaPrefix,
      now: () => Date.now() + clock.ahead,
      env: { ...process.env, LOG_LEVEL: 'silent', ...env },
    });
    return new World(meals, clock, tokens, meals.deps.kafka.publisher());
  }

  async close(): Promise<void> {
    await this.#publisher.close();
    await this.meals.stop();
  }

  call(method: string, path: string, body?: unknown, caller?: TestCaller) {
    return callAs(this.#tokens, method, `${this.meals.url}${path}`, body, caller);
  }

  get(path: string) {
    return this.call('GET', path);
  }

  /** As this customer. */
  buyer(customerId: string): TestCaller {
    return { roles: ['customer'], claims: { customer_id: customerId } };
  }

  beat(device: string, at: number, temperatureCelsius: number | null): Promise<void> {
    return this.say('FridgeHeartbeat', device, at, (known) => ({ ...known, temperatureCelsius }));
  }

  async lot(quantity: number, change: object = {}): Promise<{ id: string; meals: string[] }> {
    const now = this.meals.deps.now();
    const { status, body } = await this.call('POST', '/api/v1/lots', {
      sku: 'dal',
      kitchen_id: 'kit_sfo_1',
      quantity,
      produced_at: new Date(now - 60 * minute).toISOString(),
      expires_at: new Date(now + 600 * minute).toISOString(),
      allergens: [],
      may_contain: [],
      ...change,
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  /** A new one: registered, cold, and holding these. */
  async fridge(mealIds: readonly string[] = [], capacity = 40): Promise<string> {
    const id = `fr_${crypto.randomUUID()}`;
    const { status } = await this.call('POST', '/api/v1/fridges', { id, name: id, capacity });
    if (status !== 201) throw new Error(`${id}: ${status}`);
    const at = this.meals.deps.now();
    await this.beat(id, at, 4);
    for (const mealId of mealIds)
      await this.say('FridgeMealStocked', id, at, (known) => ({ ...known, mealId }));
    await until(
      `${id} is cold and full`,
      async () => {
        const { body } = await this.get(`/api/v1/fridges/${id}`);
        return body.temperature_c === 4 && body.stock_count === mealIds.length;
      },
      patient,
    );
    return id;
  }

  /** A fact of a fridge in sfo, at its time. */
  async say<N extends FactName>(
    type: N,
    device: string,
    observedAt: number,
    fact: (known: Known) => Events[N],
  ): Promise<void> {
    const seq = (this.#seqs.get(device) ?? 0) + 1;
    this.#seqs.set(device, seq);
    const { topic, fullName, text } = schemaOf(type);
    const { data } = encodeEvent(type, fact({ device, boot: 1, seq, observedAt }));
    const { registry, region } = this.meals.deps;
    const schemaId = await registry.idOf(topic, fullName, text);
    const meta = {
      id: crypto.randomUUID(),
      source: `${device}/1`,
      stream: device,
      streamType: 'fridge',
      version: seq,
      position: seq,
      metro: 'sfo',
      time: observedAt,
    };
    const partition = metroOf(region, 'sfo').partitions[0] ?? 0;
    await this.#publisher.publish([toRecord({ type, meta, data }, { topic, partition, schemaId })]);
  }
}
