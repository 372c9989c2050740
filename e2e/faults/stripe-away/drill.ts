import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dabbaDir, removeStackFolder } from '@dabba/stack';
import { until } from '@dabba/testing';
import { clientOf } from '../../platform/client.ts';
import { firstWithRole, withRole } from '../../platform/credentials.ts';
import { type Platform, startPlatform } from '../../platform/platform.ts';
import { grant, openVendor } from '../../saga/market.ts';
import { taking } from '../../saga/world.ts';
import { ledgerAt } from '../../simulators/stripe/ledger-at.ts';
import { crewWorks } from '../orders/crew.ts';
import { type FoundOrder, judge, type Verdict } from '../orders/judge.ts';
import { byPayment, readAll } from '../orders/read.ts';
import { settle } from '../orders/settle.ts';
import { stock } from '../orders/stock.ts';
import { behave } from '../orders/weather.ts';
import { randomFrom } from '../random.ts';
import { unlimited } from '../unlimited.ts';
import { type Books, watchBooks } from './books.ts';
import { type Ends, lawfulEnds } from './ends.ts';
import { type Answered, answered, laterOf } from './figures.ts';
import { type Phase, patronsCome } from './patrons.ts';
import { badCard, openShelf } from './shelf.ts';
import { timesOf } from './times.ts';

export interface StripeAwayDrill {
  /** Without the provider. */
  seconds: number;
  /** Orders a second. */
  rate: number;
  seed: number;
  onProgress(line: string): void;
  stop: AbortSignal;
}

export interface StripeAwayReport extends Verdict {
  ok: boolean;
  /** Without the provider. */
  seconds: number;
  seed: number;
  payWithinSeconds: number;
  /** POST /orders, by how the weather was. */
  answered: Readonly<Record<Phase, Answered>>;
  ends: Ends;
  /** Seconds from the provider's return until those who had waited had paid. */
  paidAfter: { people: number; median: number; max: number };
  /** Orders paid before and given back after the hour. */
  givenBack: number;
  /** Door sessions, by how the weather was; what they came to. */
  doors: Readonly<Record<Phase, number>>;
  /** Why doors stayed shut → how often. */
  shut: Readonly<Record<string, number>>;
  capturedAtDoors: number;
  owedAtDoors: number;
  /** What could be opened and taken by a bad card, before the bank could be asked. */
  badCardTook: number;
  books: Books;
  /** Seconds from the provider's return until everything was over. */
  settled: number;
}

const metro = 'sfo';
const customersAtOnce = 30;
/** Each thing is counted, and there is enough of it: nothing may be refused. */
const counts = [100_000, 100_000, undefined] as const;
/** Less than anything costs: a provider is needed for each. */
const allowance = 5;
/** Milliseconds. */
const slack = 120_000;
const crewLooks = 3_000;

/** People go on ordering, cooking and opening doors while the provider is away, then comes back. */
export async function runStripeAwayDrill(drill: StripeAwayDrill): Promise<StripeAwayReport> {
  const { seconds, onProgress } = drill;
  const dir = join(dabbaDir, `faults-stripe-${process.pid}`);
  const ended: string[] = [];
  const platform = await startPlatform({
    dir,
    ports: 'free',
    env: { ...unlimited, COMPLETE_AFTER_MS: '3000', ...timesOf(seconds).settings },
    onProgress,
    onExit: (name, reason) => ended.push(`${name} ended: ${reason}`),
    processes: (specs) => specs.filter(({ name }) => taking.has(name) || doors.has(name)),
  });
  let ok = false;
  try {
    const report = await run(drill, platform, dir, ended);
    ({ ok } = report);
    return report;
  } finally {
    await platform.stop();
    if (ok || drill.stop.aborted) await removeStackFolder(dir);
    else onProgress(`its logs are in ${dir}`);
  }
}

/** Who takes part where a fridge is opened. */
const doors: ReadonlySet<string> = new Set(['meals', 'edge-bridge']);

async function run(
  { seconds, rate, seed, onProgress, stop }: StripeAwayDrill,
  platform: Platform,
  dir: string,
  ended: readonly string[],
): Promise<StripeAwayReport> {
  const times = timesOf(seconds);
  const stripe = `http://127.0.0.1:${platform.ports.stripe}`;
  const random = randomFrom(seed);
  const operations = clientOf(platform.url, firstWithRole(platform.credentials, 'operations', metro));
  const credentials = withRole(platform.credentials, 'customer', metro).slice(0, customersAtOnce);
  const customers = credentials.map((credential) => clientOf(platform.url, credential));
  const ids = credentials.flatMap(({ ids: { customer_id } }) => customer_id ?? []);
  // One of them never says yes: what was paid there goes back.
  const vendors = [
    await openVendor(operations, 'vnd_north', true),
    await openVendor(operations, 'vnd_south', true),
    await openVendor(operations, 'vnd_west', false),
  ];
  const stalls = await stock(operations, vendors, counts, customers);
  await Promise.all(ids.map((id) => grant(operations, id, allowance, metro)));

  let phase: Phase = 'before';
  const now = () => phase;
  const shop = new AbortController();
  const shopping = AbortSignal.any([stop, shop.signal]);
  const closing = new AbortController();
  const outlets = [...new Set(stalls.map(({ storeId }) => storeId))];
  const shelf = await openShelf(platform, dir, { every: 3 / rate, random, phase: now }, shopping);
  const begun = new Set<string>();
  const crew = crewWorks(operations, outlets, random, begun, closing.signal, crewLooks);
  const { told, gone } = patronsCome(
    { stripe, customers, stalls, random, every: 1 / rate, phase: now },
    shopping,
  );
  const books = watchBooks(operations);
  const progress = setInterval(
    () =>
      onProgress(`${phase}: ${told.placed.length} orders, ${told.open} people, ${shelf.visits.length} doors`),
    30_000,
  );
  try {
    const last = (length: number) => pause(length * 1_000, undefined, { signal: stop });
    // Others may be using the machine: it is told until it has heard.
    const tell = (behaviour: object) =>
      until(
        'the provider hears',
        async () => {
          await behave(stripe, behaviour, 20_000);
          return true;
        },
        { within: 120_000, every: 500 },
      );
    await last(times.before);
    await tell({ down: 1 });
    phase = 'away';
    onProgress('the provider is away');
    books.watch();
    await last(times.away);
    books.end();
    phase = 'after';
    await tell({});
    const back = Date.now();
    onProgress('the provider is back');
    await last(times.after);
    shop.abort();
    await Promise.all([gone, shelf.gone]);
    stop.throwIfAborted();
    const clock = { back, payWithin: times.payWithin * 1_000, grace: times.grace * 1_000, slack };
    const west = vendors[2]?.storeId;
    const accepts = (item: string) => stalls.find(({ itemId }) => itemId === item)?.storeId !== west;
    const look = async () => {
      const found = await readAll(operations, stripe, stalls, ids);
      const fromDoors = await shelf.read(byPayment(await ledgerAt(stripe)));
      const verdict = judge(told.placed, new Set(), { ...found, begun, doors: fromDoors });
      const { ends, wrong } = lawfulEnds(told.placed, found.orders, accepts, clock);
      return {
        ...verdict,
        ends,
        orderList: found.orders,
        doorList: fromDoors,
        wrong: [...verdict.wrong, ...wrong],
      };
    };
    const within = clock.payWithin + clock.grace + 300_000;
    const { ends, orderList, doorList, ...verdict } = await settle({
      operations,
      look,
      within,
      onProgress,
      stop,
    });
    const wrong = [...verdict.wrong, ...told.refused, ...shelf.broken, ...books.broken, ...ended];
    const sumOf = (all: readonly number[]) => Math.round(all.reduce((sum, one) => sum + one * 100, 0)) / 100;
    const ofBadCard = new Set(
      shelf.visits.filter(({ customer }) => customer === badCard).map(({ id }) => id),
    );
    const isBefore = new Set(told.placed.filter((one) => one.phase === 'before').map(({ id }) => id));
    const doorsIn = (when: Phase) => shelf.visits.filter((visit) => visit.phase === when).length;
    return {
      ...verdict,
      ...{ wrong, ok: wrong.length === 0 && verdict.completed > 0, seconds, seed },
      payWithinSeconds: times.payWithin,
      answered: {
        before: answered(told, 'before'),
        away: answered(told, 'away'),
        after: answered(told, 'after'),
      },
      ends,
      paidAfter: laterOf(told.placed, back),
      givenBack: orderList.filter((order) => isBefore.has(order.id) && wasGivenBack(order)).length,
      doors: { before: doorsIn('before'), away: doorsIn('away'), after: doorsIn('after') },
      shut: shelf.shut,
      capturedAtDoors: sumOf(doorList.map(({ captured }) => captured)),
      owedAtDoors: sumOf(doorList.map(({ owed }) => owed)),
      badCardTook: sumOf(doorList.filter(({ id }) => ofBadCard.has(id)).map(({ price }) => price)),
      books: books.seen,
      settled: Math.round((Date.now() - back) / 1_000),
    };
  } finally {
    clearInterval(progress);
    books.end();
    closing.abort();
    shelf.close();
    await crew;
  }
}

function wasGivenBack({ status, payment }: FoundOrder): boolean {
  return status === 'CANCELLED' && (payment?.refunded ?? 0) > 0;
}
