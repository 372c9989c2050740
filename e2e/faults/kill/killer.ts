import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@dabba/testing';
import type { Random } from '../random.ts';
import type { Victim } from './victims.ts';

export interface Kill {
  victim: string;
  /** UTC milliseconds. */
  at: number;
  /** Milliseconds until the victim answered and every service was ready again; undefined: not within a minute. */
  recovered: number | undefined;
}

export interface KillerOptions {
  victims: readonly Victim[];
  /** Whether every service says that it is ready. */
  healthy(): Promise<boolean>;
  random: Random;
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
const patience = 60_000;
/** How often the next one is killed at once, while the last is still coming back. */
const overlap = 0.35;
/** Milliseconds; the next one is killed then, whoever is not back yet. */
const mercy = 4_000;

export function killer({ victims, healthy, random, onKill }: KillerOptions): Killer {
  const kills: Kill[] = [];
  const recovering = new Map<string, Promise<void>>();

  async function kill(victim: Victim): Promise<void> {
    // Nobody is killed before it stands.
    await recovering.get(victim.name);
    const at = Date.now();
    await victim.kill();
    const kill: Kill = { victim: victim.name, at, recovered: undefined };
    kills.push(kill);
    recovering.set(victim.name, recover(victim, kill));
  }

  async function recover(victim: Victim, kill: Kill): Promise<void> {
    try {
      await start(victim);
      await until('all services are ready', healthy, { within: patience, every: 100 });
      kill.recovered = Date.now() - kill.at;
    } catch {
      // Reported as a victim that did not recover.
    }
    onKill(kill);
  }

  /** What it depends on may be away as well: tried again. */
  async function start(victim: Victim): Promise<void> {
    const restart = () => victim.restart().then(() => true);
    await until(`${victim.name} starts`, restart, { within: patience, every: 100 });
  }

  function named(name: string): Victim {
    const victim = victims.find((one) => one.name === name);
    if (!victim) throw new Error(`Nobody is called ${name}`);
    return victim;
  }

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
          if (random.next() < overlap) await pause(100 + random.next() * 1500);
          else await Promise.race([settle(), pause(mercy)]);
        }
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
      const victim = named(name);
      const before = recovering.get(name);
      // Should it be on its way back already, another start changes nothing but the process.
      recovering.set(
        name,
        (before ?? Promise.resolve()).then(() => start(victim)).catch(() => {}),
      );
    },
  };
}
