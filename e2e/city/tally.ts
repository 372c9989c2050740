export type SceneName =
  | 'dawn'
  | 'kitchen'
  | 'couriers'
  | 'crowd'
  | 'conference'
  | 'excursion'
  | 'outage'
  | 'slip'
  | 'recall'
  | 'expiry'
  | 'orders'
  | 'leftovers';

/** Something worth a line. */
export interface Told {
  scene: SceneName;
  metro: string;
  /** On the walls of the metro. */
  at: string;
  text: string;
}

const counters = {
  produced: 0,
  shipped: 0,
  stocked: 0,
  sold: 0,
  returned: 0,
  expired: 0,
  spoiled: 0,
  recalled: 0,
  /** Gone, and nobody pays. */
  unexplained: 0,
  /** Orders of shops and trucks, from here. */
  placed: 0,
  confirmed: 0,
  completed: 0,
  cancelled: 0,
  /** Cards, not orders. */
  declined: 0,
  refunded: 0,
};
export type Counter = keyof typeof counters;

/** What the city saw happen, as the platform answered it. */
export class Tally {
  readonly counts: Record<Counter, number> = { ...counters };
  /** Reason → how often a visitor or a lot was turned away for it. */
  readonly refused = new Map<string, number>();
  /** What went wrong and was tried again or given up; empty in a healthy run. */
  readonly trouble = new Map<string, number>();
  readonly told: Told[] = [];
  #listeners: ((line: Told) => void)[] = [];

  add(counter: Counter, count: number): void {
    this.counts[counter] += count;
  }

  refuse(reason: string): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  complain(what: string): void {
    this.trouble.set(what, (this.trouble.get(what) ?? 0) + 1);
  }

  tell(line: Told): void {
    this.told.push(line);
    if (this.told.length > 1_000) this.told.shift();
    for (const listener of this.#listeners) listener(line);
  }

  onTold(listener: (line: Told) => void): void {
    this.#listeners.push(listener);
  }
}

export function sum(figures: ReadonlyMap<string, number>): number {
  return [...figures.values()].reduce((total, one) => total + one, 0);
}
