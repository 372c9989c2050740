import { atMost, figure, judged, type Measured, median, ratioAtLeast } from '@dabba/testing';
import { highestRate } from '../http/highest-rate.ts';
import type { Loop } from '../load/open-loop.ts';
import type { ReceiptLoad } from './load.ts';
import { acceptedWithin, begun, drain, underWay, weigh } from './pipeline.ts';
import type { ReceiptWorld } from './world.ts';

export interface ReceiptOptions {
  runs: number;
  /** Of each run at a fixed rate. */
  seconds: number;
  parts: readonly Part[];
}

export const parts = ['intake', 'away', 'registered', 'highest'] as const;
export type Part = (typeof parts)[number];

/** S3-NFR-01: the peak, and working hours. */
const peak = 1_000;
const usual = 200;
/** Milliseconds; S3-NFR-02 asks for ten times as much. */
const quick = 50;
const most = 500;
/** Seconds of each try for the highest rate. */
const each = 4;
/** Milliseconds a backlog may take. */
const patience = 900_000;

/**
 * (h) Receipts: 10,000 clients hand in documents of 2 kB, a quarter of them XML, and look at what they handed in before.
 * Open loop, so latency counts from the time a request was due.
 */
export async function receiptBench(
  world: ReceiptWorld,
  load: ReceiptLoad,
  { runs, seconds, parts: wanted }: ReceiptOptions,
): Promise<Measured[]> {
  const { receipts: origin, bare, clients, pool } = world;
  const shoot = (posts: number, looks: number, lasting = seconds) =>
    load.shoot({ origin, posts, looks, seconds: lasting });
  const measured: Measured[] = [figure('contracts signed', world.signed, 'contracts/s')];
  // Each client once, so that what is measured is a day under way, and not its first ten seconds.
  await load.shoot({ origin, clients, posts: usual, looks: 0, seconds: 5 });
  await load.shoot({ origin, posts: peak, looks: peak, seconds: clients.length / peak });
  await load.shoot({ origin: bare, posts: usual, looks: 0, seconds: 2 });
  await drain(pool, patience);

  const before = await weigh(pool);
  const measures: Record<Part, () => Promise<Measured[]>> = { intake, away, registered, highest };
  for (const part of parts) if (wanted.includes(part)) measured.push(...(await measures[part]()));
  const after = await weigh(pool);
  const bytes = (after.bytes - before.bytes) / (after.receipts - before.receipts);
  measured.push(figure('on disk while hot, events and lists among it', bytes, 'bytes/receipt'));
  return measured;

  async function intake(): Promise<Measured[]> {
    const taken = [];
    for (let run = 0; run < runs; run++) {
      taken.push(await shoot(peak, peak));
      await drain(pool, patience);
    }
    return answers(`at ${peak}/s`, taken);
  }

  async function away(): Promise<Measured[]> {
    await world.behave({ down: 1 });
    const taken = [await shoot(peak, peak)];
    await world.behave({});
    await begun(pool, patience);
    const { receipts, seconds: lasted } = await drain(pool, patience);
    return [
      ...answers(`at ${peak}/s, the authorities away`, taken),
      figure(`${receipts} receipts after the authorities came back`, receipts / lasted, 'receipts/s'),
    ];
  }

  async function registered(): Promise<Measured[]> {
    const since = Date.now();
    await shoot(usual, usual);
    const left = await underWay(pool);
    await drain(pool, patience);
    const { p50, p99 } = await acceptedWithin(pool, since);
    return [
      figure(`at ${usual}/s: from the door to ACCEPTED, p50`, p50, 'ms'),
      figure(`at ${usual}/s: from the door to ACCEPTED, p99`, p99, 'ms'),
      judged(figure(`at ${usual}/s: under way at the end`, left, 'receipts'), `< ${usual}`, left < usual),
    ];
  }

  async function highest(): Promise<Measured[]> {
    const rates = { receipts: [] as number[], bare: [] as number[] };
    for (let run = 0; run < runs; run++) {
      rates.bare.push(await highestRate(2_000, (rate) => holds(bare, rate)));
      rates.receipts.push(await highestRate(1_000, (rate) => holds(origin, rate)));
      await drain(pool, patience);
    }
    const ceiling = median(rates.bare);
    const ours = median(rates.receipts);
    const named = `highest rate with p99 < ${most} ms`;
    return [
      figure(`a bare route with a batched insert: ${named}`, ceiling, 'receipts/s'),
      judged(figure(`intake: ${named}`, ours, 'receipts/s'), 'at least 4000 receipts/s', ours >= 4_000),
      ratioAtLeast(figure(`intake: ${named}, to the bare route`, ours, 'receipts/s', ours / ceiling), 0.5),
    ];
  }

  async function holds(of: string, rate: number): Promise<boolean> {
    const { posts } = await load.shoot({ origin: of, posts: rate, looks: 0, seconds: each });
    return !posts.drowned && posts.p99 < most && posts.late < 1_000 && posts.answers['202'] === posts.sent;
  }
}

function answers(at: string, taken: readonly { posts: Loop; looks: Loop | undefined }[]): Measured[] {
  const posts = taken.map((shots) => shots.posts);
  const looks = taken.flatMap((shots) => shots.looks ?? []);
  const lost = posts.reduce((sum, { sent, answers: given }) => sum + sent - (given['202'] ?? 0), 0);
  const unseen = looks.reduce((sum, { sent, answers: given }) => sum + sent - (given['200'] ?? 0), 0);
  const of = (loops: readonly Loop[], key: 'p50' | 'p99' | 'max') => median(loops.map((loop) => loop[key]));
  return [
    figure(`POST ${at}: p50`, of(posts, 'p50'), 'ms'),
    atMost(figure(`POST ${at}: p99`, of(posts, 'p99'), 'ms'), quick),
    figure(`POST ${at}: longest`, of(posts, 'max'), 'ms'),
    figure(`status GET ${at}: p50`, of(looks, 'p50'), 'ms'),
    atMost(figure(`status GET ${at}: p99`, of(looks, 'p99'), 'ms'), quick),
    judged(figure(`${at}: not taken, not shown`, lost + unseen, 'requests'), 'none', lost + unseen === 0),
  ];
}
