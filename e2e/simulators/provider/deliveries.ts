import { setMaxListeners } from 'node:events';
import { request } from 'undici';
import { randomFrom } from '../../faults/random.ts';
import type { Behaviour } from './behaviour.ts';
import type { Books, Entry } from './books.ts';

/** Milliseconds a receiver has, and until the next try after so many. */
const patience = 10_000;
const delay = (failed: number): number => Math.min(30_000, 250 * 2 ** failed);

interface Told<T extends Entry, E, P> {
  books: Books<T>;
  events(): readonly E[];
  endpoints(): readonly P[];
  wants(endpoint: P, event: E): boolean;
  bodyOf(event: E): string;
  /** With its signature over the very bytes that are sent. */
  headersOf(endpoint: P, body: string): Record<string, string>;
}

/** Tells every endpoint of every event until it takes it, also after a restart. */
export class Deliveries<T extends Entry, E extends { id: string }, P extends { id: string; url: string }> {
  readonly #of: Told<T, E, P>;
  readonly #stop = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  #behaviour: Behaviour;
  #random = randomFrom(1);

  constructor(of: Told<T, E, P>, behaviour: Behaviour) {
    this.#of = of;
    this.#behaviour = behaviour;
    // One for each delivery under way.
    setMaxListeners(0, this.#stop.signal);
    for (const event of of.events()) this.tell(event);
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
    this.#random = randomFrom(behaviour.seed);
  }

  tell(event: E): void {
    const { books, endpoints, wants } = this.#of;
    for (const endpoint of endpoints()) {
      if (books.wasTold(event.id, endpoint.id) || !wants(endpoint, event)) continue;
      const { share, from, to, twice, held } = this.#behaviour.webhooks;
      if (!this.#happens(share)) continue;
      const late = from + this.#random.next() * (to - from) + (this.#happens(held) ? 400 : 0);
      this.#later(late, () => this.#deliver(event, endpoint, 0));
      if (this.#happens(twice)) this.#later(late + 50, () => this.#deliver(event, endpoint, 0));
    }
  }

  stop(): void {
    this.#stop.abort();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #deliver(event: E, endpoint: P, failed: number): Promise<void> {
    const body = this.#of.bodyOf(event);
    const taken = await request(endpoint.url, {
      method: 'POST',
      headers: this.#of.headersOf(endpoint, body),
      body,
      headersTimeout: patience,
      bodyTimeout: patience,
      signal: this.#stop.signal,
    }).then(
      async ({ statusCode, body: answer }) => {
        await answer.dump().catch(() => {});
        return statusCode < 300;
      },
      () => false,
    );
    if (this.#stop.signal.aborted) return;
    if (taken) this.#of.books.write({ told: { event: event.id, endpoint: endpoint.id } });
    else this.#later(delay(failed), () => this.#deliver(event, endpoint, failed + 1));
  }

  #later(millis: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void work();
    }, millis);
    this.#timers.add(timer);
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random.next() < share;
  }
}
