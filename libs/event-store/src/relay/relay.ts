import { setTimeout as delay } from 'node:timers/promises';
import type { Kafka, SchemaRegistry } from '@dabba/kafka';
import pg, { type Client, type Pool } from 'pg';
import type { Log, OpenStore } from '../open-store.ts';
import { rows } from '../postgres/query.ts';
import type { Relay, RelayStatus } from '../types.ts';
import { lead } from './leader.ts';
import { readProgress } from './log.ts';
import { Signal } from './signal.ts';

export interface RelayOptions {
  /** The store's pool; the relay opens one connection of its own with the same settings. */
  pool: Pool;
  store: OpenStore;
  kafka: Kafka;
  registry: SchemaRegistry;
  /** Decision topics this store's events go to. */
  topics: readonly string[];
  log?: Log;
  /** False: it never sends, and only learns how far the leader is. Default true. */
  leads?: boolean;
  /** Milliseconds from what was sent to the next look, asked each time, so that more goes with it. Left out: none. */
  rest?(): number;
}

/** Milliseconds between a standby's attempts to take over. */
const standbyPoll = 300;
/** Milliseconds between looks at how far the relay is. */
const progressPoll = 1000;
/** Session lock of the one relay that leads; any constant of the database. */
const leaderLock = "hashtext('dabba relay')";

/** Starts at once and never fails: without Postgres or Kafka it keeps trying. Any number may run; one leads. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const relay = new StandbyOrLeader(options);
  relay.start();
  return relay;
}

class StandbyOrLeader implements Relay {
  readonly #options: RelayOptions;
  readonly #signal = new Signal();
  readonly #stopping = new AbortController();
  #running: Promise<unknown> | undefined;
  #forget: () => void = () => {};
  #leader = false;
  #cursor = 0;
  #head = 0;
  #recover: string | undefined;
  #lastError: string | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  start(): void {
    this.#forget = this.#options.store.onCommit(() => this.wake());
    const { leads = true } = this.#options;
    this.#running = Promise.all([...(leads ? [this.#run()] : []), this.#watch()]);
  }

  status(): RelayStatus {
    return {
      leader: this.#leader,
      depth: Math.max(0, this.#head - this.#cursor),
      cursor: this.#cursor,
      ...(this.#recover !== undefined && { recover: this.#recover }),
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
    };
  }

  wake(): void {
    this.#signal.ring();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    this.#forget();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const client = new pg.Client({ ...this.#options.pool.options, keepAlive: true });
      let alive = true;
      const onEnd = () => {
        alive = false;
        this.wake();
      };
      client.on('error', onEnd);
      client.on('end', onEnd);
      client.on('notification', () => this.wake());
      try {
        await client.connect();
        await prepareSession(client);
        // All it writes is where it stands: what a crash of the server takes back of that is sent again (K3).
        await client.query('set synchronous_commit to off');
        if (await this.#waitForLock(client, () => alive)) await this.#lead(client, () => alive);
      } catch (error) {
        this.#failed(error);
      } finally {
        this.#step(false);
        await client.end().catch(() => {});
      }
      await this.#pause(standbyPoll);
    }
  }

  async #waitForLock(client: Client, alive: () => boolean): Promise<boolean> {
    // Tried again and again: a statement that waits for the lock would hold back vacuum for as long as it waits.
    while (!this.#stopped && alive()) {
      const [row] = await rows<{ got: boolean }>(client, {
        text: `select pg_try_advisory_lock(${leaderLock}) as got`,
      });
      if (row?.got) return true;
      await this.#pause(standbyPoll);
    }
    return false;
  }

  async #lead(client: Client, alive: () => boolean): Promise<void> {
    const { store, kafka, registry, topics } = this.#options;
    this.#step(true);
    await lead({
      client,
      store,
      kafka,
      registry,
      topics,
      signal: this.#signal,
      pause: (milliseconds) => this.#pause(milliseconds),
      rest: () => this.#options.rest?.() ?? 0,
      leading: () => alive() && !this.#stopped,
      moved: (cursor, head) => {
        this.#cursor = cursor;
        this.#head = Math.max(this.#head, head);
        this.#lastError = undefined;
      },
      behind: (because) => this.#behind(because),
      failed: (error) => this.#failed(error),
    });
  }

  /** Every process learns how far the leader is and whether it stands still. */
  async #watch(): Promise<void> {
    while (!this.#stopped) {
      try {
        const { cursor, head, recover } = await readProgress(this.#options.pool);
        this.#cursor = Math.max(this.#cursor, cursor);
        this.#head = Math.max(this.#cursor, head);
        this.#behind(recover ?? undefined);
      } catch (error) {
        this.#failed(error);
      }
      await this.#pause(progressPoll);
    }
  }

  #behind(because: string | undefined): void {
    if (because !== undefined && this.#recover === undefined)
      this.#options.log?.error({ because }, 'Kafka is ahead of the store: `dabba store recover` is needed');
    this.#recover = because;
    this.#options.store.refuseCommands(because);
  }

  #step(leads: boolean): void {
    this.#leader = leads;
    this.#options.store.notifyOthers(!leads);
  }

  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== this.#lastError) this.#options.log?.warn({ err: error }, 'the relay will try again');
    this.#lastError = message;
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}

async function prepareSession(client: Client): Promise<void> {
  // A cursor that is lost in a crash is one that sends again (K3), so it need not wait for the disk. A host that
  // vanished is noticed within seconds, and its lock is free for the next.
  await client.query(`set synchronous_commit = off; set tcp_keepalives_idle = 3; set tcp_keepalives_interval = 2;
    set tcp_keepalives_count = 3; listen dabba`);
}
