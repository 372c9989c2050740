import type { Fact } from './fact.ts';
import type { Link } from './link.ts';

/** Facts under way at once; the bridge acknowledges in order. */
const window = 64;

/** Facts that nobody has promised to keep yet, said again until somebody does, in order and under the same numbers. */
export class Outbox {
  readonly #link: Pick<Link, 'open' | 'publish'>;
  readonly #onAcknowledged: (fact: Fact) => void;
  #facts: Fact[] = [];
  #sent = 0;
  #waiters: (() => void)[] = [];

  constructor(link: Pick<Link, 'open' | 'publish'>, onAcknowledged: (fact: Fact) => void) {
    this.#link = link;
    this.#onAcknowledged = onAcknowledged;
  }

  get size(): number {
    return this.#facts.length;
  }

  /** Oldest first. */
  get facts(): readonly Fact[] {
    return this.#facts;
  }

  begin(facts: Iterable<Fact>): void {
    this.#facts = [...facts];
    this.#sent = 0;
  }

  add(facts: readonly Fact[]): void {
    this.#facts.push(...facts);
    this.send();
  }

  /** The connection is gone, and with it whatever was under way. */
  interrupted(): void {
    this.#sent = 0;
  }

  /** As many from the front as may be under way. */
  send(): void {
    while (this.#link.open && this.#sent < Math.min(window, this.#facts.length)) {
      const fact = this.#facts[this.#sent];
      if (!fact) return;
      this.#sent += 1;
      this.#link.publish(fact, () => this.#acknowledged(fact));
    }
  }

  /** Resolves when everything is acknowledged. */
  async drained(): Promise<void> {
    while (this.size > 0) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  #acknowledged(fact: Fact): void {
    if (this.#facts[0] !== fact) throw new Error(`${fact.boot}/${fact.seq} was acknowledged out of order`);
    this.#facts.shift();
    this.#sent -= 1;
    this.#onAcknowledged(fact);
    for (const wake of this.#waiters.splice(0)) wake();
    this.send();
  }
}
