import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dabbaDir } from '@dabba/stack';
import { clientOf } from '../../platform/client.ts';
import { firstWithRole, withRole } from '../../platform/credentials.ts';
import { grant, openVendor } from '../../saga/market.ts';
import { type SagaWorld, startSagaWorld } from '../../saga/world.ts';
import { notReady } from '../kill/health.ts';
import { killer } from '../kill/killer.ts';
import type { Victim } from '../kill/victims.ts';
import { randomFrom } from '../random.ts';
import { recoveryOf } from '../report.ts';
import { shift } from '../shift.ts';
import { crewWorks } from './crew.ts';
import { customersCome, type Told } from './customers.ts';
import { judge, type Verdict } from './judge.ts';
import { readAll } from './read.ts';
import { settle } from './settle.ts';
import { stock } from './stock.ts';
import { type Weather, weatherAt } from './weather.ts';
import { doorsOf, mortal, patience } from './world.ts';

export interface OrdersDrill {
  seconds: number;
  /** Orders a second. */
  rate: number;
  seed: number;
  onProgress(line: string): void;
  stop: AbortSignal;
}

export interface OrdersReport extends Verdict {
  ok: boolean;
  seconds: number;
  promised: number;
  soldOut: number;
  answers: Told['answers'];
  /** Accepted while they were away. */
  acceptedWithout: Told['meanwhile'];
  kills: Readonly<Record<string, number>>;
  recovery: ReturnType<typeof recoveryOf>;
  /** Seconds from the last order until everything was over. */
  settled: number;
}

const metro = 'sfo';
/** Of each kind, how many are counted in the beginning; undefined: nobody counts. Some do not suffice for a minute. */
const counts = [20, 60, 150, 100_000, undefined] as const;
/** Each signs in, and identity hashes slowly on purpose. */
const customersAtOnce = 30;
const allowance = 30;
/** Milliseconds Kafka stays away each time. */
const kafkaAway = 12_000;
const settleWithin = 300_000;

/** People order, pay, change their minds and cook while everything they need is killed in turn and the provider misbehaves. */
export async function runOrdersDrill(drill: OrdersDrill): Promise<OrdersReport> {
  const { onProgress } = drill;
  const dir = join(dabbaDir, `faults-orders-${process.pid}`);
  let revive: (name: string) => void = () => {};
  const onExit = (name: string, reason: string) => {
    onProgress(`${name} ended: ${reason}`);
    revive(name);
  };
  const world = await startSagaWorld(dir, onProgress, onExit, patience);
  let ok = false;
  try {
    const report = await run(drill, world, (how) => {
      revive = how;
    });
    ({ ok } = report);
    return report;
  } finally {
    revive = () => {};
    const keep = !ok && !drill.stop.aborted;
    if (keep) onProgress(`its logs are in ${dir}`);
    await world.stop(keep);
  }
}

async function run(
  { seconds, rate, seed, onProgress, stop }: OrdersDrill,
  world: SagaWorld,
  onRevive: (revive: (name: string) => void) => void,
): Promise<OrdersReport> {
  const { platform, stripe } = world;
  const random = randomFrom(seed);
  const operations = clientOf(platform.url, firstWithRole(platform.credentials, 'operations', metro));
  const credentials = withRole(platform.credentials, 'customer', metro).slice(0, customersAtOnce);
  const customers = credentials.map((credential) => clientOf(platform.url, credential));
  const ids = credentials.flatMap(({ ids: { customer_id } }) =>
    customer_id === undefined ? [] : [customer_id],
  );
  const vendors = await Promise.all(
    ['north', 'south'].map((name) => openVendor(operations, `vnd_${name}`, true)),
  );
  const stalls = await stock(operations, vendors, counts, customers);
  await Promise.all(ids.map((id) => grant(operations, id, allowance, metro)));

  const weather = weatherAt(stripe);
  const away = new Set<string>();
  const doors = doorsOf(world);
  const hunt = killer({
    victims: victimsOf(world, weather, away),
    notReady: (starting) => notReady({ services: doors }, starting),
    random,
    breather: () => pause(1_000),
    onKill: ({ victim, recovered, waitsFor }) =>
      onProgress(
        recovered === undefined
          ? `${victim} was killed, NOT back: ${waitsFor.join('; ')}`
          : `${victim} was killed, back in ${recovered} ms`,
      ),
  });
  onRevive((name) => hunt.revive(name));
  const isAway = () => [...away, ...(weather.now === 'down' ? ['stripe'] : [])];
  const people = { operations, stripe };
  const { signal: shopping, end: shut } = shift(seconds, stop);
  const closing = new AbortController();
  const begun = new Set<string>();
  const stores = [...new Set(stalls.map(({ storeId }) => storeId))];
  const crew = crewWorks(operations, stores, random, begun, closing.signal);
  const { told, gone } = customersCome({ people, customers, stalls, random, rate, away: isAway }, shopping);
  const progress = setInterval(
    () => onProgress(`${told.promised.length} orders, ${told.open} people, the provider is ${weather.now}`),
    10_000,
  );
  try {
    await Promise.all([hunt.run(shopping), weather.run(seconds, shopping)]);
    const ended = Date.now();
    onProgress('nobody is killed any more');
    await gone;
    stop.throwIfAborted();
    const look = async () =>
      judge(told.promised, told.soldOut, { ...(await readAll(operations, stripe, stalls, ids)), begun });
    const verdict = await settle({ operations, look, within: settleWithin, onProgress, stop });
    const notBack = hunt.kills.filter(({ recovered }) => recovered === undefined);
    const wrong = [
      ...verdict.wrong,
      ...told.broken,
      ...notBack.map(({ victim }) => `${victim} did not come back within two minutes`),
    ];
    const kills: Record<string, number> = {};
    for (const { victim } of hunt.kills) kills[victim] = (kills[victim] ?? 0) + 1;
    return {
      ...verdict,
      wrong,
      ok: wrong.length === 0 && verdict.completed > 0,
      seconds,
      promised: told.promised.length,
      soldOut: told.soldOut.size,
      answers: told.answers,
      acceptedWithout: told.meanwhile,
      kills,
      recovery: recoveryOf(hunt.kills),
      settled: Math.round((Date.now() - ended) / 1_000),
    };
  } finally {
    shut();
    clearInterval(progress);
    closing.abort();
    await crew;
  }
}

function victimsOf(
  { platform: { services, stack } }: SagaWorld,
  weather: Weather,
  away: Set<string>,
): Victim[] {
  const servers = (['kafka', 'postgres'] as const).map((name) => ({
    name,
    async kill() {
      away.add(name);
      await stack.kill9(name);
    },
    async restart() {
      if (name === 'kafka') await pause(kafkaAway);
      await stack.restart(name);
      away.delete(name);
    },
  }));
  const others = mortal.map((name) => ({
    name,
    kill: () => services.kill9(name),
    async restart() {
      await services.restart(name);
      // A provider that starts behaves.
      if (name === 'stripe') await weather.tell();
    },
  }));
  return [...others, ...servers];
}
