import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Latencies, latencies } from '@dabba/testing';
import type { Client } from '../../platform/client.ts';
import { insist } from '../../saga/insist.ts';
import type { Stall } from '../../saga/market.ts';
import { askToConfirm } from '../../simulators/stripe/app.ts';
import type { Random } from '../random.ts';

export type Phase = 'before' | 'away' | 'after';
/** What somebody does with an order. */
export type Habit =
  | 'waits'
  | 'is declined first'
  | 'leaves a card'
  | 'never pays'
  | 'changes their mind'
  | 'insists';

const shares: readonly (readonly [Habit, number])[] = [
  ['waits', 45],
  ['leaves a card', 20],
  ['is declined first', 8],
  ['never pays', 9],
  ['changes their mind', 9],
  ['insists', 9],
];

/** An order that was answered with 201. */
export interface Placed {
  id: string;
  itemId: string;
  quantity: number;
  phase: Phase;
  habit: Habit;
  /** Milliseconds since the epoch. */
  at: number;
  /** As its answer had it. */
  payment: string;
  /** When the provider took the money of whoever confirms. */
  paidAt?: number;
}

export interface Told {
  readonly placed: readonly Placed[];
  readonly latency: Readonly<Record<Phase, Latencies>>;
  /** Times a sale had to be asked for once more, since nobody answered or somebody was busy. */
  readonly askedAgain: Readonly<Record<Phase, number>>;
  /** Sales that were refused, or never answered. */
  readonly refused: readonly string[];
  readonly open: number;
}

export interface PatronsOptions {
  stripe: string;
  customers: readonly Client[];
  stalls: readonly Stall[];
  random: Random;
  /** Seconds between two orders. */
  every: number;
  phase(): Phase;
}

interface OrderBody {
  id: string;
  status: string;
  payment: { status: string; client_secret?: string };
}

/** People order until the signal. Resolves when everybody has gone home. */
export function patronsCome(options: PatronsOptions, end: AbortSignal): { told: Told; gone: Promise<void> } {
  const { stripe, customers, stalls, random, every, phase } = options;
  const placed: Placed[] = [];
  const refused: string[] = [];
  const askedAgain = { before: 0, away: 0, after: 0 };
  const latency = { before: latencies(), away: latencies(), after: latencies() };
  const visits = new Set<Promise<void>>();

  async function place(customer: Client, stall: Stall, habit: Habit): Promise<Placed | undefined> {
    const quantity = 1 + random.below(3);
    const body = {
      store_id: stall.storeId,
      items: [{ menu_item_id: stall.itemId, quantity }],
      use_meal_subsidy: true,
      ...(habit === 'leaves a card' && { payment_method_id: 'pm_card_visa' }),
    };
    const at = Date.now();
    const asked = phase();
    const headers = { 'idempotency-key': randomUUID() };
    let tries = 0;
    // A machine that others use may be slow: whoever got no answer asks for the same once more.
    const answer = await insist(() => {
      tries += 1;
      return customer.post<OrderBody>('/api/v1/orders', body, headers);
    });
    askedAgain[asked] += tries - 1;
    latency[asked].record(Date.now() - at);
    if (answer.status !== 201) {
      refused.push(`a sale was refused (${asked}): ${answer.status} ${JSON.stringify(answer.body)}`);
      return undefined;
    }
    const { id, payment } = answer.body;
    // One that fell into the change of weather is of neither.
    const one = { id, itemId: stall.itemId, quantity, phase: asked, habit, at, payment: payment.status };
    placed.push(one);
    return one;
  }

  async function visit(): Promise<void> {
    const [customer, stall] = [random.pick(customers), random.pick(stalls)];
    if (!customer || !stall) return;
    const one = await place(customer, stall, habitOf(random));
    if (one === undefined || one.habit === 'leaves a card' || one.habit === 'never pays') return;
    if (one.habit === 'changes their mind') {
      await pause(random.next() * 20_000);
      const headers = { 'idempotency-key': randomUUID() };
      await insist(() => customer.post(`/api/v1/orders/${one.id}/cancel`, {}, headers));
      return;
    }
    await pays(customer, one);
  }

  /** Looks at the order until it can be paid for or is over; whoever insists does not look any more. */
  async function pays(customer: Client, one: Placed): Promise<void> {
    let secret: string | undefined;
    for (;;) {
      if (secret === undefined || one.habit !== 'insists') {
        const { status, body } = await insist(() => customer.get<OrderBody>(`/api/v1/orders/${one.id}`));
        if (status !== 200 || body.status !== 'PENDING') return;
        secret = body.payment.client_secret ?? secret;
      }
      if (secret !== undefined) {
        if (one.habit === 'is declined first') await confirm(secret, declined);
        const answer = await confirm(secret, 'pm_card_visa');
        if (answer === 200) one.paidAt = Date.now();
        // Anything said of it is final: a payment that was closed meanwhile cannot be confirmed.
        if (answer !== undefined && answer < 500) return;
      }
      await pause(phase() === 'away' ? 10_000 : 1_000);
    }
  }

  /** HTTP status; undefined: nobody answers. */
  async function confirm(secret: string, card: string): Promise<number | undefined> {
    const answer = await askToConfirm(stripe, secret, card, 10_000).catch(() => undefined);
    await answer?.text().catch(() => {});
    return answer?.status;
  }

  async function come(): Promise<void> {
    const began = Date.now();
    for (let came = 0; !end.aborted; came++) {
      const one: Promise<void> = visit()
        .catch((error: unknown) => {
          refused.push(String(error));
        })
        .finally(() => visits.delete(one));
      visits.add(one);
      const next = began + (came + 1) * every * 1_000;
      await pause(Math.max(0, next - Date.now()), undefined, { signal: end }).catch(() => {});
    }
    await Promise.all(visits);
  }

  return {
    told: {
      placed,
      refused,
      latency,
      askedAgain,
      get open() {
        return visits.size;
      },
    },
    gone: come(),
  };
}

const declined = 'pm_card_visa_chargeDeclined';

function habitOf(random: Random): Habit {
  let drawn = random.below(100);
  for (const [habit, share] of shares) {
    if (drawn < share) return habit;
    drawn -= share;
  }
  return 'waits';
}
