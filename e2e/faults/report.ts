import type { Kind } from './judge/accepted.ts';
import type { SessionEnds } from './judge/sessions.ts';
import type { Kill } from './kill/killer.ts';

export interface Report {
  seed: number;
  sabotage: string | undefined;
  /** Of load. */
  seconds: number;
  kills: number;
  killsBy: Record<string, number>;
  accepted: { commands: number; facts: number };
  acceptedPerSecond: number;
  inStore: number;
  inTopic: number;
  inReadModel: number;
  lost: number;
  doubled: number;
  readModelsEqual: boolean;
  topicsEqualStores: boolean;
  /** Milliseconds from the kill until everything is ready again, by victim and over all. */
  recovery: Record<string, { median: number; max: number }>;
  /** Services that ended though nobody killed them, with the reason; they were started again. */
  ended: string[];
  /** Records published a second time by hand. */
  publishedTwice: number;
  /** HTTP status or error → how often. */
  answers: Record<string, number>;
  /** Code of a lawful refusal → how often. */
  refusals: Record<string, number>;
  /** Door sessions by their end; what was taken in one that was given up is nobody's. */
  sessions: SessionEnds;
  /** Seconds of each part of the run. */
  took: Record<string, number>;
  kinds: readonly Kind[];
  /** The first twenty. */
  failures: readonly string[];
  ok: boolean;
}

export function sum(
  kinds: readonly Kind[],
  where: 'accepted' | 'inStore' | 'inTopic' | 'inReadModel',
): number {
  return kinds.reduce((total, kind) => total + (kind[where] ?? 0), 0);
}

export function recoveryOf(kills: readonly Kill[]): Report['recovery'] {
  const times = new Map<string, number[]>();
  for (const { victim, recovered } of kills) {
    if (recovered === undefined) continue;
    for (const name of [victim, 'all']) times.set(name, [...(times.get(name) ?? []), recovered]);
  }
  return Object.fromEntries(
    [...times].map(([name, all]) => {
      const sorted = all.sort((a, b) => a - b);
      return [name, { median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 }];
    }),
  );
}

/** For people. */
export function tableOf(report: Report): string {
  const { accepted, recovery, killsBy, failures } = report;
  const total = accepted.commands + accepted.facts;
  const row = (cells: readonly (string | number | undefined)[]) =>
    cells.map((cell, at) => (at === 0 ? `${cell}`.padEnd(20) : `${cell ?? '–'}`.padStart(14))).join('');
  const lines = [
    `${report.kills} kills in ${report.seconds} s of load, seed ${report.seed}${report.sabotage ? `, sabotage ${report.sabotage}` : ''}`,
    `${total} accepted (${accepted.commands} commands, ${accepted.facts} facts), ${report.acceptedPerSecond} a second`,
    '',
    row(['', 'accepted', 'in store', 'on topic', 'in read model']),
    ...report.kinds.map((kind) =>
      row([kind.kind, kind.accepted, kind.inStore, kind.inTopic, kind.inReadModel]),
    ),
    '',
    row(['killed', 'times', 'median ms', 'max ms']),
    ...Object.entries(killsBy).map(([name, times]) =>
      row([name, times, recovery[name]?.median, recovery[name]?.max]),
    ),
    '',
    `lost ${report.lost}, doubled ${report.doubled}, ${report.publishedTwice} records published twice by hand`,
    `topics equal their stores: ${yes(report.topicsEqualStores)}; read models equal their rebuilds: ${yes(report.readModelsEqual)}`,
    `${report.sessions.settled} door sessions settled, ${report.sessions.givenUp} given up (${report.sessions.openedLate} opened all the same), refused: ${listOf(report.refusals)}`,
    `took: ${listOf(report.took)} s`,
    ...report.ended.map((line) => `ended by itself: ${line}`),
    ...failures.map((failure) => `✗ ${failure}`),
    report.ok ? 'Everything accepted is there exactly once.' : 'A promise was broken.',
  ];
  return lines.join('\n');
}

function listOf(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function yes(so: boolean): string {
  return so ? 'yes' : 'NO';
}
