import type { Instant } from '@dabba/contracts';
import { batcher, keepNewest } from '@dabba/event-store';
import type { Outlet } from '../offer/offer.ts';
import type { Order } from '../order/order.ts';
import type { Notes } from '../place/notes.ts';

/** What is shown with an order that its events do not say. */
export interface Beside {
  outlet: Outlet | undefined;
  notes: Notes | undefined;
}

export interface Found {
  order: NonNullable<Order>;
  /** Of a paid order. */
  beside?: Beside;
}

/** What the store wrote after a position: whose streams, and how far it has come. */
export interface Written {
  position: number;
  streams: readonly string[];
}

export interface PaidOrdersOptions {
  written(after: number): Promise<Written>;
  read(id: string): Promise<Found | undefined>;
  now(): Instant;
  /** Orders kept at most, and for how long (milliseconds). */
  most: number;
  age: number;
  told(result: 'hit' | 'miss'): void;
}

/**
 * Paid orders in this replica's memory (S1-CCH-02). Whoever asks is answered with nothing that was written over before they asked, by whichever
 * replica: positions are in the order of commits (E1), so one look at what came after the last one, shared by all who ask
 * at the moment, says which orders are no longer as they are kept here. No topic says so while Kafka is away, and none of it before the relay.
 */
export class PaidOrders {
  readonly #options: PaidOrdersOptions;
  /** The one asked for last is the last. */
  readonly #kept = new Map<string, Found & { since: Instant }>();
  readonly #look: (asked: undefined) => Promise<void>;
  #position = Number.NaN;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: PaidOrdersOptions) {
    this.#options = options;
    this.#look = batcher<undefined, void>(
      async (asked) => {
        await this.#lookAgain();
        return asked.map((value) => ({ ok: true, value }));
      },
      { most: Number.POSITIVE_INFINITY },
    );
  }

  get size(): number {
    return this.#kept.size;
  }

  /** As it is now. Only what is paid is kept. */
  async find(id: string): Promise<Found | undefined> {
    await this.#look(undefined);
    const { most, age, now, read, told } = this.#options;
    const known = this.#kept.get(id);
    if (known && now() - known.since < age) {
      keepNewest(this.#kept, id, known, most);
      told('hit');
      return known;
    }
    const before = this.#position;
    const found = await read(id);
    if (!found?.beside) return found;
    told('miss');
    // What was written meanwhile, and looked at already, may be about this one.
    if (this.#position !== before) return found;
    keepNewest(this.#kept, id, { ...found, since: now() }, most);
    return found;
  }

  /** What is kept beside this order, as it was found. */
  beside(order: NonNullable<Order>): Beside | undefined {
    const known = this.#kept.get(order.orderId);
    return known?.order === order ? known.beside : undefined;
  }

  async #lookAgain(): Promise<void> {
    const { written, now, age } = this.#options;
    const at = now();
    // Nobody asked for so long that all of it is too old: what was written meanwhile is not worth reading.
    const isStale = !(at - this.#lookedAt < age);
    if (isStale) this.#kept.clear();
    const { position, streams } = await written(isStale ? Number.MAX_SAFE_INTEGER : this.#position);
    for (const stream of streams) this.#kept.delete(stream);
    this.#position = position;
    this.#lookedAt = at;
  }
}
