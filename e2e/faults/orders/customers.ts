import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../platform/client.ts';
import { type Errand, errandOf, type People } from '../../saga/errand.ts';
import type { Stall } from '../../saga/market.ts';
import type { Random } from '../random.ts';
import type { Promised } from './judge.ts';

const declined = 'pm_card_visa_chargeDeclined';

/** What people do with an order, and how many of a hundred. */
const habits: readonly (readonly [number, (errand: Errand, random: Random) => Promise<unknown>])[] = [
  [46, (errand) => errand.pay()],
  [
    10,
    async (errand, random) => {
      // Before, while and after it is paid: whatever it is paid is what it costs.
      const soon = () => pause(random.next() * 600);
      const tip = 5 * (1 + random.below(6));
      await Promise.all([soon().then(() => errand.pay()), soon().then(() => errand.tip(tip))]);
    },
  ],
  [
    10,
    async (errand) => {
      await errand.pay(declined);
      await errand.pay();
    },
  ],
  [8, (errand) => errand.pay(declined)],
  [
    10,
    async (errand, random) => {
      // Before, while and after it is paid.
      await Promise.all([errand.pay(), pause(random.next() * 4_000).then(() => errand.cancel())]);
    },
  ],
  [6, (errand) => errand.cancel()],
  [10, async () => {}],
];
/** How many leave their card with the shop (S4-API-02), and how many of those have a bad one. */
const atTill = 0.12;
const bad = 0.3;

export interface Told {
  readonly promised: readonly Promised[];
  /** Of orders that were placed and sold out before the answer. */
  readonly soldOut: ReadonlySet<string>;
  /** HTTP status of POST → how often. */
  readonly answers: Readonly<Record<string, number>>;
  /** What was accepted while Kafka or the provider was away. */
  readonly meanwhile: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
  readonly open: number;
}

export interface CustomersOptions {
  people: People;
  customers: readonly Client[];
  stalls: readonly Stall[];
  random: Random;
  /** Orders a second that are wished for. */
  rate: number;
  /** Who is away now. */
  away(): readonly string[];
}

/** No more orders have people at them than this. */
const most = 200;

/** People order until the signal. Resolves when everybody has gone home. */
export function customersCome(
  { people, customers, stalls, random, rate, away }: CustomersOptions,
  end: AbortSignal,
): { told: Told; gone: Promise<void> } {
  const promised: Promised[] = [];
  const soldOut = new Set<string>();
  const answers: Record<string, number> = {};
  const meanwhile: Record<string, number> = {};
  const broken: string[] = [];
  const visits = new Set<Promise<void>>();
  const told = {
    promised,
    soldOut,
    answers,
    meanwhile,
    broken,
    get open() {
      return visits.size;
    },
  };

  async function visit(): Promise<void> {
    const [customer, stall] = [random.pick(customers), random.pick(stalls)];
    if (!customer || !stall) return;
    const errand = errandOf(customer, stall, people);
    const quantity = 1 + random.below(3);
    const till = random.next() < atTill;
    const method = random.next() < bad ? declined : 'pm_card_visa';
    const missing = away();
    const status = await errand.place({ quantity, ...(till && { method }) });
    answers[status] = (answers[status] ?? 0) + 1;
    const id = await errand.id().catch(() => undefined);
    if (id === undefined) {
      // The menu says so when something is out (86); anything else was legal.
      if (status !== 409) broken.push(`a legal order was refused: ${status}`);
      return;
    }
    if (status !== 201) {
      soldOut.add(id);
      return;
    }
    for (const name of missing) meanwhile[name] = (meanwhile[name] ?? 0) + 1;
    promised.push({ id, itemId: stall.itemId, quantity });
    if (!till) await habit()(errand, random);
  }

  function habit() {
    let drawn = random.below(100);
    for (const [share, does] of habits) {
      if (drawn < share) return does;
      drawn -= share;
    }
    return async () => {};
  }

  async function come(): Promise<void> {
    const began = Date.now();
    for (let came = 0; !end.aborted; came++) {
      await pause(Math.max(0, began + (came * 1_000) / rate - Date.now()));
      while (visits.size >= most && !end.aborted) await pause(50);
      const one: Promise<void> = visit()
        .catch((error: unknown) => {
          broken.push(String(error));
        })
        .finally(() => visits.delete(one));
      visits.add(one);
    }
    await Promise.all(visits);
  }

  return { told, gone: come() };
}
