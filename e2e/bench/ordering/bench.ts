import { setTimeout as pause } from 'node:timers/promises';
import { atMost, figure, judged, type Measured, median } from '@dabba/testing';
import { highestRate } from '../http/highest-rate.ts';
import { costOf, spentBy } from './cost.ts';
import type { OrderLoad } from './load.ts';
import type { Shot, Shots } from './load-process.ts';
import { type Outcomes, watchConfirmations } from './outcomes.ts';
import { customerCount, type OrderingWorld } from './world.ts';

export interface OrderOptions {
  runs: number;
  /** Of each run at the fixed rate. */
  seconds: number;
}

/** Orders a second. */
const rate = 50;
/** From where the highest rate is looked for. */
const slow = 5;
/** Milliseconds: X-14 of the answer, S2-PERF-03 of the confirmation. */
const usual = 200;
const most = 500;
const soon = 3_000;
/** Seconds of each try for the highest rate, and of the look at what is spent on nothing. */
const each = 8;
/** Milliseconds a backlog may take. */
const patience = 60_000;

/** Orders a second, for so many seconds. */
const warmUp = [
  [10, 10],
  [20, 20],
  [30, 40],
  [40, 40],
] as const;

interface Run {
  shots: Shots;
  outcomes: Outcomes;
}

/**
 * (i) Orders through the gateway by 500 customers: reserved, asked for at Stripe, confirmed by the customer there, confirmed here by
 * its webhook. Open loop, so latency counts from the time a request was due.
 */
export async function orderBench(
  world: OrderingWorld,
  load: OrderLoad,
  { runs, seconds }: OrderOptions,
): Promise<Measured[]> {
  const pool = world.pool('orders');
  const confirmations = watchConfirmations(pool);
  const run = async (shot: Shot): Promise<Run> => {
    const shots = await load.shoot(shot);
    return { shots, outcomes: await confirmations.of(shots.placed, patience) };
  };
  // Before there are orders: those of the warm-up go on to be cooked.
  const idle = await spent(each);
  // Programs are compiled (what an order does once takes thousands of orders) and statements planned for the tables of a day,
  // not of its first minute.
  for (const [warming, lasting] of warmUp) {
    await run({ rate: warming, seconds: lasting });
    await world.analyze();
  }

  const taken: Run[] = [];
  const began = await spentBy(pool, world.prefix);
  for (let n = 0; n < runs; n++) taken.push(await run({ rate, seconds }));
  await pause(2_000);
  const ended = await spentBy(pool, world.prefix);
  const orders = taken.reduce((sum, { shots }) => sum + shots.placed.length, 0);
  const { statements, transactions, walBytes, records } = costOf(idle, [began, ended], orders);

  const rush: Run[] = [];
  for (let n = 0; n < runs; n++) rush.push(await run({ atOnce: customerCount }));
  const highests: number[] = [];
  for (let n = 0; n < runs; n++) highests.push(await highestRate(slow, holds));

  confirmations.stop();
  return [
    ...figuresOf(`at ${rate}/s`, taken, true),
    ...figuresOf(`${customerCount} customers at once`, rush, false),
    figure('highest rate at which all of that holds', median(highests), 'orders/s'),
    ...(statements === undefined ? [] : [figure('to CONFIRMED: statements', statements, 'per order')]),
    figure('to CONFIRMED: transactions of Postgres', transactions, 'per order'),
    figure('to CONFIRMED: write-ahead log', walBytes, 'bytes/order'),
    figure('to CONFIRMED: records on Kafka', records, 'per order'),
  ];

  async function holds(at: number): Promise<boolean> {
    const { shots, outcomes } = await run({ rate: at, seconds: each });
    const { posts, pending, unpaid } = shots;
    const answered = !posts.drowned && posts.answers['201'] === posts.sent && pending + unpaid === 0;
    const fast = posts.p95 < usual && posts.p99 < most && outcomes.confirmed.p99 < soon;
    return answered && fast && outcomes.lost === 0;
  }

  async function spent(forSeconds: number) {
    const from = await spentBy(pool, world.prefix);
    await pause(forSeconds * 1000);
    return [from, await spentBy(pool, world.prefix)] as const;
  }
}

function figuresOf(at: string, taken: readonly Run[], aimed: boolean): Measured[] {
  const of = (value: (run: Run) => number) => median(taken.map(value));
  const sum = (value: (run: Run) => number) => taken.reduce((all, one) => all + value(one), 0);
  const limited = (measured: Measured, limit: number) => (aimed ? atMost(measured, limit) : measured);
  const refused = sum(({ shots: { posts } }) => posts.sent - (posts.answers['201'] ?? 0));
  const lost = sum(({ shots, outcomes }) => shots.unpaid + outcomes.lost);
  return [
    figure(
      `POST ${at}: p50`,
      of(({ shots }) => shots.posts.p50),
      'ms',
    ),
    limited(
      figure(
        `POST ${at}: p95`,
        of(({ shots }) => shots.posts.p95),
        'ms',
      ),
      usual,
    ),
    limited(
      figure(
        `POST ${at}: p99`,
        of(({ shots }) => shots.posts.p99),
        'ms',
      ),
      most,
    ),
    figure(
      `POST ${at}: longest`,
      of(({ shots }) => shots.posts.max),
      'ms',
    ),
    figure(
      `placed → confirmed, ${at}: p50`,
      of(({ outcomes }) => outcomes.confirmed.p50),
      'ms',
    ),
    limited(
      figure(
        `placed → confirmed, ${at}: p99`,
        of(({ outcomes }) => outcomes.confirmed.p99),
        'ms',
      ),
      soon,
    ),
    figure(
      `paid at Stripe → confirmed, ${at}: p99`,
      of(({ outcomes }) => outcomes.afterPaying.p99),
      'ms',
    ),
    figure(
      `${at}: answered before the payment was ready`,
      sum(({ shots }) => shots.pending),
      'orders',
    ),
    judged(
      figure(`${at}: refused, unpaid or never confirmed`, refused + lost, 'orders'),
      'none',
      refused + lost === 0,
    ),
  ];
}
