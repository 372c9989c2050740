import type { Fact, FactBody } from './fact.ts';
import { Journal } from './journal.ts';
import type { Link } from './link.ts';
import { type Line, Memory } from './memory.ts';
import { Outbox } from './outbox.ts';

export interface RecorderOptions {
  fridgeId: string;
  /** File that outlives a crash. */
  journal: string;
  link: Pick<Link, 'open' | 'publish'>;
  now(): number;
}

/** Shorter absences are not worth a word. Milliseconds. */
const absence = 60_000;

/** What a fridge saw: written down first, each entry with the hash of the one before it, then said until it is acknowledged. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #journal: Journal;
  readonly outbox: Outbox;
  memory: Memory;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#journal = new Journal(options.journal);
    this.outbox = new Outbox(options.link, ({ boot, seq }) => this.write({ acknowledged: { boot, seq } }));
    this.memory = this.boot();
  }

  /**
   * The next start: what is known follows from the journal alone. Its number is the clock's, in milliseconds, or greater: one that lost its journal,
   * or has an old copy of it, says nothing under numbers it has used before, as long as its clock goes on.
   */
  boot(): Memory {
    this.memory = this.#journal.readInto(new Memory(this.#options.fridgeId));
    this.write({ boot: Math.max(this.memory.boot + 1, this.#options.now()) });
    this.outbox.begin(this.memory.outbox.values());
    return this.memory;
  }

  write(...lines: Line[]): void {
    this.#journal.append(...lines);
    for (const line of lines) this.memory.take(line);
  }

  observe(bodies: readonly FactBody[], now = this.#options.now()): Fact[] {
    const at = new Date(now).toISOString();
    const { boot } = this.memory;
    const facts: Fact[] = [];
    for (const body of bodies) {
      const { seq, head: prev } = this.memory;
      const fact: Fact = { boot, seq: seq + 1, at, prev, ...body };
      this.memory.take({ fact });
      facts.push(fact);
    }
    this.#journal.append(...facts.map((fact) => ({ fact })));
    this.outbox.add(facts);
    return facts;
  }

  /** The network is there. */
  found(): void {
    const { lost } = this.memory;
    const now = this.#options.now();
    this.write({ found: now });
    if (lost !== null && now - lost >= absence)
      this.observe([{ type: 'was_away', data: { since: new Date(lost).toISOString() } }]);
    this.outbox.send();
  }

  lost(): void {
    this.outbox.interrupted();
    if (this.memory.isFound) this.write({ lost: this.#options.now() });
  }

  /** Changes the oldest entry that nobody has seen yet, and nothing of what follows from it. */
  forge(alter: (fact: Fact) => Fact): Fact {
    const [first] = this.outbox.facts;
    if (first === undefined || this.#options.link.open)
      throw new Error(`${this.#options.fridgeId} has nothing to lie about`);
    const altered = alter(first);
    this.write({ fact: altered });
    this.outbox.begin(this.memory.outbox.values());
    return altered;
  }

  /** Says its last acknowledged facts once more. */
  replay(count: number): Fact[] {
    const facts = this.#journal.acknowledged().slice(-count);
    for (const fact of facts) this.#options.link.publish(fact, () => {});
    return facts;
  }
}
