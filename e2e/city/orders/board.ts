import { setTimeout as pause } from 'node:timers/promises';
import { type District, look } from '../district.ts';

interface Listed {
  items: { id: string; status: string }[];
}

/** Milliseconds of ours between two looks, and that an order may take for a step. */
const [soonest, latest] = [500, 4_000];
const patience = 180_000;

/** The screen above the counter: how far each of the newest orders of a metro is. It is looked at only while somebody waits. */
export class Board {
  readonly #district: District;
  readonly #statuses = new Map<string, string>();
  #waiting = 0;
  #looking = false;

  constructor(district: District) {
    this.#district = district;
  }

  /** The first of these statuses that is seen of it. @throws when none is, within three minutes */
  async reaches(orderId: string, ...statuses: readonly string[]): Promise<string> {
    const { signal } = this.#district;
    const until = performance.now() + patience;
    this.#waiting += 1;
    void this.#look();
    try {
      for (;;) {
        signal.throwIfAborted();
        const seen = this.#statuses.get(orderId);
        if (seen !== undefined && statuses.includes(seen)) return seen;
        if (performance.now() > until)
          throw new Error(`an order is ${seen ?? 'not on the board'}, not ${statuses.join(' or ')}`);
        await pause(this.#between, undefined, { signal });
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  get #between(): number {
    return Math.min(latest, Math.max(soonest, this.#district.clock.hours(0.2)));
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const { operations, signal, tally } = this.#district;
    try {
      while (this.#waiting > 0 && !signal.aborted) {
        const { items } = await look<Listed>(this.#district, operations, '/api/v1/orders?limit=100');
        this.#statuses.clear();
        for (const { id, status } of items) this.#statuses.set(id, status);
        await pause(this.#between, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) tally.complain(`the board: ${error instanceof Error ? error.message : error}`);
    } finally {
      this.#looking = false;
    }
  }
}
