import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dabbaDir } from '@dabba/stack';
import { until } from '@dabba/testing';
import pg from 'pg';
import { underWay } from '../../bench/receipts/pipeline.ts';
import { withRole } from '../../platform/credentials.ts';
import { notReady } from '../kill/health.ts';
import { killer } from '../kill/killer.ts';
import type { Victim } from '../kill/victims.ts';
import { randomFrom } from '../random.ts';
import { shift } from '../shift.ts';
import type { Verdict } from './compare.ts';
import type { Evidence } from './judge-process.ts';
import type { TillOrders, TillTold } from './till-process.ts';
import { type ReceiptsWorld, startReceiptsWorld } from './world.ts';

export interface ReceiptsDrill {
  seconds: number;
  /** Receipts a second. */
  rate: number;
  seed: number;
  onProgress(line: string): void;
  stop: AbortSignal;
}

export interface ReceiptsReport extends Verdict {
  ok: boolean;
  kills: Record<string, number>;
  /** Victims that did not come back within two minutes. */
  notBack: readonly string[];
  /** Promises broken in plain sight. */
  broken: readonly string[];
}

/** What an office does of its own accord meanwhile; shares of its requests. */
const mischief = { lost: 0.02, broken: 0.02, garbage: 0.01, partial: 0.02 };
/** Milliseconds without an end to what is under way. */
const drainWithin = 300_000;

/** Kills both replicas, gateways, identity, Kafka, Postgres and both authorities in turn, with SIGKILL, while tills hand receipts in. */
export async function runReceiptsDrill(drill: ReceiptsDrill): Promise<ReceiptsReport> {
  const { seconds, rate, seed, onProgress } = drill;
  const dir = join(dabbaDir, `faults-receipts-${process.pid}`);
  let revive: (name: string) => void = () => {};
  const world = await startReceiptsWorld(dir, onProgress, (name, reason) => {
    onProgress(`${name} ended: ${reason}`);
    revive(name);
  });
  const till = await child('till-process.ts');
  const judge = await child('judge-process.ts');
  try {
    const random = randomFrom(seed);
    await behave(world, mischief);
    const killing = killer({
      victims: victimsOf(world),
      notReady: (starting) => notReady(world, starting),
      random,
      breather: () => pause(1_000),
      onKill: ({ victim, recovered }) =>
        onProgress(`${victim} back after ${recovered ?? 'more than 120,000'} ms`),
    });
    revive = (name) => killing.revive(name);
    const promises = join(dir, 'promises.jsonl');
    writeFileSync(promises, '');
    const credentials = withRole(world.platform.credentials, 'receipts:write');
    const handed = tillEnds(
      till,
      { gateways: world.gateways, credentials, rate, seconds, promises },
      onProgress,
    );
    const killed = shift(seconds, drill.stop);
    await killing.run(killed.signal).finally(killed.end);
    drill.stop.throwIfAborted();
    const { broken } = await handed;
    await behave(world, {});
    await drained(world, onProgress);
    const verdict = await verdictOf(judge, evidenceOf(world, promises));
    const kills: Record<string, number> = {};
    for (const { victim } of killing.kills) kills[victim] = (kills[victim] ?? 0) + 1;
    const notBack = killing.kills
      .filter(({ recovered }) => recovered === undefined)
      .map(({ victim }) => victim);
    const { missing, doubled, unknown } = verdict;
    const faults = [missing, doubled, unknown, broken, notBack].flat().length;
    return { ...verdict, kills, notBack, broken, ok: faults === 0 && verdict.promised > 0 };
  } finally {
    for (const one of [till, judge]) one.disconnect();
    await world.stop();
  }
}

function victimsOf(world: ReceiptsWorld): Victim[] {
  const { stack, services } = world.platform;
  return [
    ...Object.keys(world.services).map((name) => ({
      name,
      kill: () => services.kill9(name),
      async restart() {
        await services.restart(name);
        // An office that starts is an honest one.
        if (name in world.offices) await behave(world, mischief);
      },
    })),
    ...(['kafka', 'postgres'] as const).map((name) => ({
      name,
      kill: () => stack.kill9(name),
      restart: () => stack.restart(name),
    })),
  ];
}

/** Of the offices that are there. */
async function behave({ offices }: ReceiptsWorld, behaviour: object): Promise<void> {
  for (const url of Object.values(offices))
    await fetch(`${url}/_behaviour`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(behaviour),
    }).catch(() => undefined);
}

async function drained({ platform }: ReceiptsWorld, onProgress: (line: string) => void): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseOf(platform.env), max: 1 });
  pool.on('error', () => {});
  let left = 0;
  const timer = setInterval(() => onProgress(`${left} receipts under way or not listed`), 5_000);
  try {
    await until(
      'everything came to its end',
      async () => {
        const { rows } = await pool.query<{ unlisted: number }>(
          `select ((select count(*) from dabba.streams where type = 'receipt' and state ->> 'status' = 'ACCEPTED')
                 - (select count(*) from receipt_list where status = 'ACCEPTED'))::int as unlisted`,
        );
        left = (await underWay(pool)) + Math.abs(rows[0]?.unlisted ?? 0);
        return left === 0;
      },
      { within: drainWithin, every: 300 },
    );
  } finally {
    clearInterval(timer);
    await pool.end();
  }
}

function evidenceOf({ platform, offices }: ReceiptsWorld, promises: string): Evidence {
  const [operations] = withRole(platform.credentials, 'admin');
  if (!operations) throw new Error('Nobody may read');
  return { promises, database: databaseOf(platform.env), gateway: platform.url, operations, offices };
}

function databaseOf({ DATABASE_URL = '' }: Readonly<Record<string, string>>): string {
  const url = new URL(DATABASE_URL);
  url.pathname = '/dabba_receipts';
  return url.href;
}

async function child(name: string): Promise<ChildProcess> {
  const one = fork(fileURLToPath(new URL(name, import.meta.url)));
  await once(one, 'message');
  return one;
}

function tillEnds(
  till: ChildProcess,
  orders: TillOrders,
  onProgress: (line: string) => void,
): Promise<TillTold> {
  return new Promise((resolve, reject) => {
    let seen = 0;
    till.on('message', (told: TillTold) => {
      if (told.done) resolve(told);
      else if (++seen % 10 === 0) onProgress(`${told.handed} handed in, ${told.waiting} wait for an answer`);
    });
    till.on('exit', () => reject(new Error('the tills ended')));
    till.send(orders);
  });
}

async function verdictOf(judge: ChildProcess, evidence: Evidence): Promise<Verdict> {
  judge.send(evidence);
  const [answer]: { verdict?: Verdict; error?: string }[] = await once(judge, 'message');
  if (answer?.verdict) return answer.verdict;
  throw new Error(`the judge could not judge: ${answer?.error ?? 'it ended'}`);
}
