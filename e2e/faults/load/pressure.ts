/** Milliseconds. */
const quick = 1_000;
const least = 12;
const most = 300;
const start = 40;
/** One stall is heard of by many at once: it counts once within so many milliseconds. */
const breath = 1_000;

/**
 * How many commands may be under way: more while answers come quickly, fewer when they do not come. On a slow machine, or
 * while half of everything is down, people who ask again and again would keep it busy with nothing else.
 */
export class Pressure {
  #limit = start;
  #eased = 0;

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** @param after milliseconds */
  answered(after: number): void {
    if (after < quick) this.#limit = Math.min(most, this.#limit + 1);
  }

  /** No answer in time. */
  stalled(now: number): void {
    if (now - this.#eased < breath) return;
    this.#eased = now;
    this.#limit = Math.max(least, this.#limit * 0.7);
  }
}
