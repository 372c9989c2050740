import { performance } from 'node:perf_hooks';
import { busyMeter } from '@dabba/service-kit';
import type { Pool } from 'pg';
import { arrivalsSince } from './arrivals.ts';

export interface Pressure {
  /** Share of its time that the machine, or this process' loop, was busy, whichever is more. 0 to 1. */
  busy: number;
  /** Documents taken in a second, at the doors of all processes. */
  arriving: number;
}

/** Milliseconds between looks; what was known before a longer time is not of now. */
const interval = 500;
const old = 5_000;

/**
 * How much the doors have to do, as the database and the machine tell: they may be other processes, here or elsewhere.
 * Looks again only when it is asked, and in the background; a database that is away leaves what was known.
 */
export function pressureOn(pool: Pool): () => Pressure {
  let known: Pressure = { busy: 0, arriving: 0 };
  let before = now();
  let machineBusy = busyMeter();
  let looking = false;

  async function look(): Promise<void> {
    const after = now();
    const seconds = (after.at - before.at) / 1000;
    const { utilization } = performance.eventLoopUtilization(after.loop, before.loop);
    const machine = machineBusy();
    const since = before.clock;
    before = after;
    const arrived = await arrivalsSince(pool, since);
    known = { busy: Math.max(utilization, machine), arriving: arrived / seconds };
  }

  return () => {
    const since = performance.now() - before.at;
    if (since > old && !looking) {
      before = now();
      machineBusy = busyMeter();
      known = { busy: 0, arriving: 0 };
    } else if (since >= interval && !looking) {
      looking = true;
      look()
        .catch(() => {})
        .finally(() => {
          looking = false;
        });
    }
    return known;
  };
}

function now() {
  return { at: performance.now(), clock: Date.now(), loop: performance.eventLoopUtilization() };
}
