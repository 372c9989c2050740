import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@dabba/testing';
import type { Random } from '../random.ts';
import type { Victim } from './victims.ts';

export interface Kill {
  victim: string;
  /** UTC milliseconds. */
  at: number;
  /** Milliseconds until it answered and whatever else was running was ready again; undefined: not within two. */
  recovered: number | undefined;
  /** Whom it waited for last, and why. */
  waitsFor: readonly string[];
}

export interface KillerOptions {
  victims: readonly Victim[];
  /** Who is not ready and why, but for those that are starting. */
  notReady(starting: ReadonlySet<string>): Promise<readonly string[]>;
  random: Random;
  /** Between two rounds: who is killed without end gets nothing done, and nothing done breaks no rule. */
  breather(end: AbortSignal): Promise<void>;
  onKill(kill: Kill): void;
}

export interface Killer {
  readonly kills: readonly Kill[];
  /** Everybody in turn, in an order drawn anew each round, until the signal. Resolves when all are back. */
  run(until: AbortSignal): Promise<void>;
  /** Only these, one after the other. */
  inTurn(names: readonly string[]): Promise<void>;
  /** Starts again what ended by itself, as whoever supervises it would. */
  revive(name: string): void;
}

/** Milliseconds a victim and what hangs on it may take to come back. */
const patience = 120_000;
/** How often the next one is killed at once, while the last is still coming back. */
const overlap = 0.35;
/** Milliseconds; the next one is killed then, whoever is not back yet. */
const mercy = 3_000;
/** Who may be coming back at the same time: a machine that only starts things proves nothing. */
const together = 4;

export function killer({ victims, notReady, random, breather, onKill }: KillerOptions): Killer {
  const kills: Kill[] = [];
  const recovering = new Map<string, Promise<void>>();
  const starts = new Map<string, Promise<void>>();
  const down = new Set<string>();

  async function kill(victim: Victim): Promise<void> {
    // Nobody is killed before it stands.
    await recovering.get(victim.name);
    const at = Date.now();
    down.add(victim.name);
    await victim.kill();
    const kill: Kill = { victim: victim.name, at, recovered: undefined, waitsFor: ['its start'] };
    kills.push(kill);
    recovering.set(victim.name, recover(victim, kill));
  }

  async function recover(victim: Victim, kill: Kill): Promise<void> {
    try {
      await start(victim);
      const allReady = async () => {
        const names = await notReady(down);
        if (names.length > 0) kill.waitsFor = names;
        return names.length === 0;
      };
      await until('all services are ready', allReady, { within: patience, every: 200 });
      kill.recovered = Date.now() - kill.at;
    } catch {
      // Reported as a victim that did not recover.
    }
    back.add(kill);
    onKill(kill);
  }

  /** One start at a time. What it depends on may be away as well: tried again. */
  function start(victim: Victim): Promise<void> {
    const restart = () => victim.restart().then(() => true);
    const again = async () => {
      down.add(victim.name);
      await until(`${victim.name} starts`, restart, { within: patience, every: 100 });
      down.delete(victim.name);
    };
    const before = starts.get(victim.name) ?? Promise.resolve();
    const started = before.catch(() => {}).then(again);
    starts.set(victim.name, started);
    return started;
  }

  function named(name: string): Victim {
    const victim = victims.find((one) => one.name === name);
    if (!victim) throw new Error(`Nobody is called ${name}`);
    return victim;
  }

  const back = new Set<Kill>();
  const notBack = () => kills.length - back.size;

  async function settle(): Promise<void> {
    await Promise.all(recovering.values());
  }

  return {
    kills,
    async run(end) {
      while (!end.aborted) {
        for (const victim of random.shuffled(victims)) {
          if (end.aborted) break;
          await kill(victim);
          while (notBack() >= together) await pause(100);
          if (random.next() < overlap) await pause(100 + random.next() * 1500);
          else await Promise.race([settle(), pause(mercy)]);
        }
        await breather(end);
      }
      await settle();
    },
    async inTurn(names) {
      for (const name of names) {
        await kill(named(name));
        await settle();
      }
    },
    revive(name) {
      start(named(name)).catch(() => {});
    },
  };
}
