import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dabbaDir } from '@dabba/stack';
import { until } from '@dabba/testing';
import { type Doors, openDoors } from './doors.ts';
import { edgeDrill, edgeFacts } from './drills/edge.ts';
import { publishTwice } from './drills/twice.ts';
import { raiseZombies } from './drills/zombie.ts';
import { drained } from './judge/drained.ts';
import { judge, type Verdict } from './judge/judge.ts';
import { notReady } from './kill/health.ts';
import { type Killer, killer } from './kill/killer.ts';
import { victimsOf } from './kill/victims.ts';
import { Ledger } from './ledger.ts';
import { type Backlog, watchBacklog } from './load/backlog.ts';
import { type FleetFridge, openFleet } from './load/fleet.ts';
import { type Load, startLoad } from './load/load.ts';
import { randomFrom } from './random.ts';
import { type Report, recoveryOf, sum } from './report.ts';
import type { Sabotage } from './sabotage/sabotages.ts';
import { type Stopwatch, stopwatchFrom } from './stopwatch.ts';
import { startWorld, type World } from './world.ts';

export interface DrillOptions {
  /** Of load. */
  seconds: number;
  /** Offered commands and facts a second. */
  rate: number;
  seed: number;
  sabotage: Sabotage | undefined;
  onProgress(line: string): void;
  /** Ends the drill early; everything is cleaned up. */
  stop: AbortSignal;
}

/** Records that reactions and read models may be behind before no more is offered. */
const mostBehind = 12_000;
/** How far they have to come before the next round of kills, and how many milliseconds it waits for that at most. */
const littleBehind = 2_000;
const breathFor = 25_000;
/** Milliseconds between two rounds in any case: kills are to hit a platform at work, not one that starts. */
const calm = 20_000;
/** Milliseconds the last commands and facts may take to be accepted, and everything accepted to get everywhere. */
const finishWithin = 120_000;
/** Milliseconds after which one would like to know why. */
const slow = 30_000;
/** Kills, however short the time: everybody once. */
const atLeast = 9;
/** Milliseconds the load may take to begin. */
const warmUp = 60_000;
/** With a rule broken it may never happen. */
const sabotagedWithin = 12_000;

/** One run from an empty folder to a verdict. */
export async function runDrill(options: DrillOptions): Promise<Report> {
  const { sabotage, onProgress, stop } = options;
  const stopwatch = stopwatchFrom(Date.now());
  const dir = join(dabbaDir, `faults-${process.pid}`);
  rmSync(dir, { recursive: true, force: true });
  const ended: string[] = [];
  let revive = (_name: string) => {};
  const world = await startWorld({
    dir,
    ...(sabotage?.preload && { preload: sabotage.preload }),
    onProgress,
    onExit(name, reason) {
      ended.push(`${name}: ${reason}`);
      revive(name);
    },
  });
  const doors = openDoors(world.platform, dir);
  const backlog = watchBacklog(doors);
  const journals = join(dir, 'fridges');
  const fleet = openFleet(world.platform, journals);
  let report: Report | undefined;
  try {
    const random = randomFrom(options.seed);
    const hunt = killer({
      victims: victimsOf(world, fleet, random),
      notReady: (starting) => notReady(world, starting),
      random,
      breather: (end) => breather(backlog, end),
      onKill: ({ victim, recovered, waitsFor }) =>
        onProgress(
          `${victim} was killed, ${recovered === undefined ? `NOT back: ${waitsFor.join('; ')}` : `back in ${recovered} ms${recovered > slow ? ` for ${waitsFor.join('; ')}` : ''}`}`,
        ),
    });
    revive = (name) => hunt.revive(name);
    report = await drill(options, { world, doors, backlog, fleet, hunt, dir, journals, ended, stopwatch });
    return report;
  } finally {
    revive = () => {};
    for (const { fridge } of fleet) fridge.disconnect();
    backlog.close();
    await doors.close();
    await world.stop();
    if (report?.ok || sabotage || stop.aborted) await world.remove();
    else onProgress(`What it left behind is in ${dir}`);
  }
}

interface Stage {
  world: World;
  doors: Doors;
  backlog: Backlog;
  fleet: readonly FleetFridge[];
  hunt: Killer;
  dir: string;
  journals: string;
  ended: readonly string[];
  stopwatch: Stopwatch;
}

async function drill(options: DrillOptions, stage: Stage): Promise<Report> {
  const { seconds, rate, seed, sabotage, onProgress, stop } = options;
  const { world, doors, backlog, fleet, hunt, stopwatch } = stage;
  const ledger = new Ledger(join(stage.dir, 'ledger.jsonl'));
  const within = sabotage ? sabotagedWithin : finishWithin;
  const [edgeFridge] = fleet;
  const isEdged = !sabotage || sabotage.edge === true;

  await sabotage?.install?.(doors);
  const began = Date.now();
  const load = startLoad({
    world,
    fleet,
    ledger,
    random: randomFrom(seed + 1),
    rate,
    hasRoom: () => backlog.behind < mostBehind,
  });
  const onStop = () => load.abort();
  stop.addEventListener('abort', onStop);
  const progress = setInterval(() => onProgress(progressLine(began, ledger, load, fleet, hunt)), 5000);
  try {
    stopwatch.lap('start');
    const layToRest = await raiseZombies(doors);
    // Whom nobody asks anything nobody misses: everything is in use when it begins.
    const inUse = () => ledger.commands.some((one) => one.kind === 'session' && one.state !== 'OPENING');
    await until('a door is open', inUse, { within: warmUp }).catch(() => {});
    await killUnderLoad(hunt, sabotage, seconds, stop);
    await layToRest();
    const lasted = (Date.now() - began) / 1000;
    onProgress('the load ends');
    stopwatch.lap('load');
    await load.finish(within);
    clearInterval(progress);
    stopwatch.lap('finish');
    stop.throwIfAborted();
    const edge = edgeFridge && isEdged ? await edgeDrill(world, doors, edgeFridge) : [];
    stopwatch.lap('edge');
    let behind = await drained(world, doors, load, within, onProgress);
    stopwatch.lap('drain');
    // The checkpoints are read anew, then old records come again.
    await Promise.all(['meals', 'meals-2'].map((name) => world.platform.services.restart(name)));
    const twice = await publishTwice(doors, ['meals', 'fridges', 'fridge-facts']);
    behind = (await drained(world, doors, load, within, onProgress)) ?? behind;
    stopwatch.lap('twice');
    stop.throwIfAborted();
    await sabotage?.tamper?.(doors);
    onProgress('the judge looks');
    const verdict = await judge(doors, ledger, stage.journals);
    stopwatch.lap('judge');
    const failures = [
      ...edge,
      ...ledger.broken,
      ...(behind === undefined ? [] : [`promise 2: not everything arrived: ${behind}`]),
      ...hunt.kills
        .filter(({ recovered }) => recovered === undefined)
        .map(({ victim, waitsFor }) => `${victim} was not back within two minutes: ${waitsFor.join('; ')}`),
      ...verdict.failures,
    ];
    return reportOf(options, stage, { ...verdict, failures }, ledger, lasted, twice);
  } finally {
    clearInterval(progress);
    stop.removeEventListener('abort', onStop);
    load.abort();
  }
}

async function breather(backlog: Backlog, end: AbortSignal): Promise<void> {
  const began = Date.now();
  const lasted = () => Date.now() - began;
  const isBreathless = () => backlog.behind > littleBehind && lasted() < breathFor;
  while (!end.aborted && (lasted() < calm || isBreathless())) await pause(200);
}

async function killUnderLoad(
  hunt: Killer,
  sabotage: Sabotage | undefined,
  seconds: number,
  stop: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  const due = Date.now() + seconds * 1000;
  // On a slow machine ten kills take longer than a short run.
  const timer = setInterval(() => {
    if (Date.now() >= due && (sabotage || hunt.kills.length >= atLeast)) end();
  }, 200);
  stop.addEventListener('abort', end);
  try {
    if (!sabotage) return await hunt.run(over.signal);
    await pause(2000, undefined, { signal: over.signal });
    await hunt.inTurn(sabotage.kills ?? []);
    while (!over.signal.aborted) await pause(200);
  } finally {
    clearInterval(timer);
    stop.removeEventListener('abort', end);
  }
}

function reportOf(
  { seed, sabotage }: DrillOptions,
  { hunt: { kills }, ended, stopwatch }: Stage,
  verdict: Verdict,
  ledger: Ledger,
  seconds: number,
  publishedTwice: number,
): Report {
  const { kinds, failures } = verdict;
  const killsBy: Record<string, number> = {};
  for (const { victim } of kills) killsBy[victim] = (killsBy[victim] ?? 0) + 1;
  const accepted = {
    commands: ledger.commands.length,
    facts: sum(kinds, 'accepted') - ledger.commands.length,
  };
  return {
    seed,
    sabotage: sabotage?.name,
    seconds: Math.round(seconds),
    kills: kills.length,
    killsBy,
    accepted,
    // What the edge drill adds is not the load's merit.
    acceptedPerSecond: Math.round(
      (accepted.commands + accepted.facts - ((sabotage?.edge ?? !sabotage) ? edgeFacts : 0)) / seconds,
    ),
    inStore: sum(kinds, 'inStore'),
    inTopic: sum(kinds, 'inTopic'),
    inReadModel: sum(kinds, 'inReadModel'),
    lost: verdict.lost,
    doubled: verdict.doubled,
    readModelsEqual: verdict.readModelsEqual,
    topicsEqualStores: verdict.topicsEqualStores,
    recovery: recoveryOf(kills),
    ended: [...ended],
    publishedTwice,
    answers: Object.fromEntries(ledger.answers),
    refusals: Object.fromEntries(ledger.refusals),
    sessions: verdict.sessions,
    took: stopwatch.laps,
    kinds,
    failures: failures.slice(0, 20),
    ok: failures.length === 0,
  };
}

function progressLine(
  began: number,
  ledger: Ledger,
  load: Load,
  fleet: readonly FleetFridge[],
  { kills }: Killer,
): string {
  const waiting = fleet.reduce((total, { fridge }) => total + fridge.pending, 0);
  const facts = load.observed - waiting;
  const seconds = (Date.now() - began) / 1000;
  const each = Math.round((ledger.commands.length + facts) / seconds);
  return `${Math.round(seconds)} s: ${kills.length} kills, ${ledger.commands.length} commands and ${facts} facts accepted (${each}/s), ${ledger.open} and ${waiting} waiting`;
}
