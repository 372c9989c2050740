import { chainSeed, factHash } from '@dabba/contracts';
import {
  customerWindow,
  type Felt,
  feel,
  type OfflinePolicy,
  type OfflineSale,
  unread,
  usualColdRules,
  type Warmth,
} from '@dabba/meals/offline';
import type { Fact } from './fact.ts';

/** One line of the file. */
export type Line =
  | { boot: number }
  | { fact: Fact }
  | { acknowledged: { boot: number; seq: number } }
  /** A policy whose signature was good, and the limits of the cold chain it names. */
  | { policy: string; cold: OfflinePolicy['cold'] }
  /** Told to stay shut, or to sell again. Milliseconds. */
  | { locked: boolean; at: number }
  /** The network. Milliseconds. */
  | { lost: number }
  | { found: number };

/** What a fridge knows after a crash: all of it follows from the lines. */
export class Memory {
  readonly #fridgeId: string;
  boot = 0;
  seq = 0;
  /** Hash of the last fact. */
  head = chainSeed;
  /** Not yet acknowledged, oldest first. */
  readonly outbox = new Map<string, Fact>();
  /** Meal ids of the tags inside. */
  readonly inside = new Set<string>();
  /** Ids of the commands it has obeyed. */
  readonly done = new Set<string>();
  /** Nonces of the doors it opened. */
  readonly nonces = new Set<string>();
  locked = false;
  /** The latest time it wrote down. */
  latest = 0;
  /** When it lost its network; null while it has it, and before it ever had it. */
  lost: number | null = null;
  /** Has its network, so far as it was written down. */
  isFound = false;
  /** As it was signed. */
  policy: string | undefined;
  sales: OfflineSale[] = [];
  warmth: Warmth = unread;
  #cold: OfflinePolicy['cold'] = usualColdRules;

  constructor(fridgeId: string) {
    this.#fridgeId = fridgeId;
  }

  take(line: Line): void {
    if ('fact' in line) this.#see(line.fact);
    else if ('acknowledged' in line) this.outbox.delete(nameOf(line.acknowledged));
    else if ('policy' in line) {
      this.policy = line.policy;
      this.#cold = line.cold;
    } else if ('locked' in line) {
      this.locked = line.locked;
      // Only staff who found it empty and cold make a locked fridge sell again.
      if (!line.locked) this.#feel({ felt: 'cleared', at: line.at });
    } else if ('lost' in line) this.#loseNetwork(line.lost);
    else if ('found' in line) {
      this.lost = null;
      this.isFound = true;
    } else {
      this.boot = line.boot;
      this.seq = 0;
      // Nobody wrote down when the power went.
      if (this.isFound) this.#loseNetwork(this.latest);
    }
  }

  #loseNetwork(at: number): void {
    this.lost = at;
    this.isFound = false;
  }

  #see(fact: Fact): void {
    this.outbox.set(nameOf(fact), fact);
    const at = Date.parse(fact.at);
    this.latest = Math.max(this.latest, at);
    // An entry written over an older one changes what it says, and not what follows from it.
    if (fact.boot === this.boot && fact.seq > this.seq) {
      this.seq = fact.seq;
      this.head = factHash(fact);
    }
    if (fact.type === 'meal_stocked') {
      this.inside.add(fact.data.meal_id);
      this.#feel({ felt: 'filled', at });
    } else if (fact.type === 'meal_missing') this.inside.delete(fact.data.meal_id);
    else if (fact.type === 'meal_sold') {
      const { meal_id, customer_id: customerId, price: amount, offline } = fact.data;
      this.inside.delete(meal_id);
      if (offline !== true) return;
      this.sales = [
        ...this.sales.filter((sale) => sale.at > at - customerWindow),
        { customerId, amount, at },
      ];
    } else if (fact.type === 'command_done') this.done.add(fact.data.command_id);
    else if (fact.type === 'door_opened' && fact.data.nonce !== undefined) this.nonces.add(fact.data.nonce);
    else if (fact.type === 'heartbeat' && fact.data.temperature_c !== undefined)
      this.#feel({ felt: 'temperature', celsius: fact.data.temperature_c, at });
    else if (fact.type === 'door_closed') {
      for (const tag of fact.data.taken) this.inside.delete(tag);
      for (const tag of fact.data.added) this.inside.add(tag);
    }
  }

  #feel(felt: Felt): void {
    this.warmth = feel(this.warmth, this.#fridgeId, felt, this.#cold);
  }
}

export function nameOf({ boot, seq }: { boot: number; seq: number }): string {
  return `${boot}/${seq}`;
}
