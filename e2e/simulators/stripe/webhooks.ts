import { createHmac } from 'node:crypto';
import { request } from 'undici';
import { randomFrom } from '../../faults/random.ts';
import type { Behaviour } from './behaviour.ts';
import type { Books } from './books.ts';
import type { Endpoint, StripeEvent } from './objects.ts';

/** Milliseconds a receiver has, and until the next try after so many. */
const patience = 10_000;
const delay = (failed: number): number => Math.min(30_000, 250 * 2 ** failed);

/** `t=…,v1=…` over the very bytes that are sent. @param at seconds */
export function signature(body: string, secrets: readonly string[], at: number): string {
  const signed = secrets.map((secret) => createHmac('sha256', secret).update(`${at}.${body}`).digest('hex'));
  return [`t=${at}`, ...signed.map((hex) => `v1=${hex}`)].join(',');
}

/** Tells every endpoint of every event until it takes it, also after a restart. */
export class Webhooks {
  readonly #books: Books;
  readonly #stop = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  #behaviour: Behaviour;
  #random = randomFrom(1);

  constructor(books: Books, behaviour: Behaviour) {
    this.#books = books;
    this.#behaviour = behaviour;
    for (const event of books.all('event')) this.tell(event);
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
    this.#random = randomFrom(behaviour.seed);
  }

  tell(event: StripeEvent): void {
    for (const endpoint of this.#books.all('webhook_endpoint')) {
      if (this.#books.wasTold(event.id, endpoint.id) || !wants(endpoint, event)) continue;
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

  async #deliver(event: StripeEvent, endpoint: Endpoint, failed: number): Promise<void> {
    const body = JSON.stringify(event);
    const at = Math.floor(Date.now() / 1000);
    const taken = await request(endpoint.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signature(body, [endpoint.secret], at),
        'user-agent': 'Stripe/1.0',
      },
      body,
      signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(patience)]),
    }).then(
      async ({ statusCode, body: answer }) => {
        await answer.dump().catch(() => {});
        return statusCode < 300;
      },
      () => false,
    );
    if (this.#stop.signal.aborted) return;
    if (taken) this.#books.write({ told: { event: event.id, endpoint: endpoint.id } });
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

function wants({ enabled_events: wanted }: Endpoint, { type }: StripeEvent): boolean {
  return wanted.includes('*') || wanted.includes(type);
}
