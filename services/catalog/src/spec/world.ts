import { connect, type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { requestAs, type TestCaller, type TestTokens, testTokens, uniquePrefix } from '@dabba/testing';
import { makeTopics, topicsOf } from '@dabba/testing/topics';
import { seedCatalog } from '../seed/seed.ts';
import { service } from '../service.ts';

/** The service on real servers, in as many replicas as a test wants, seeded, with a clock that can be set. */
export class World {
  readonly replicas: readonly RunningService<StoreDeps>[];
  readonly clock: { ahead: number };
  /** Starts one more replica, with these settings besides. */
  readonly start: (env?: Record<string, string>) => Promise<RunningService<StoreDeps>>;
  readonly #tokens: TestTokens;

  private constructor(
    replicas: readonly RunningService<StoreDeps>[],
    clock: { ahead: number },
    start: World['start'],
    tokens: TestTokens,
  ) {
    this.start = start;
    this.replicas = replicas;
    this.clock = clock;
    this.#tokens = tokens;
  }

  static async open(name: string, count = 1): Promise<World> {
    const tokens = await testTokens();
    const kafkaPrefix = uniquePrefix(name);
    const { deps, close } = await connect(service, { kafkaPrefix });
    await makeTopics(deps, topicsOf(service, deps));
    await seedCatalog(deps);
    await close();
    const clock = { ahead: 0 };
    const start: World['start'] = (env = {}) =>
      startService(service, {
        port: 0,
        keys: tokens.keys,
        kafkaPrefix,
        now: () => Date.now() + clock.ahead,
        env: { ...process.env, LOG_LEVEL: 'silent', ...env },
      });
    const replicas: RunningService<StoreDeps>[] = [];
    for (let started = 0; started < count; started++) replicas.push(await start());
    return new World(replicas, clock, start, tokens);
  }

  async close(): Promise<void> {
    for (const replica of this.replicas) await replica.stop();
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    caller: TestCaller = {},
    replica: number | string = 0,
  ) {
    const at = typeof replica === 'number' ? this.replicas[replica]?.url : replica;
    const response = await requestAs(this.#tokens, method, `${at}${path}`, body, caller);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text || 'null') };
  }

  get(path: string, caller: TestCaller = { roles: ['customer'] }, replica: number | string = 0) {
    return this.call('GET', path, undefined, caller, replica);
  }
}
