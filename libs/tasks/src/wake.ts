/** Most tasks looked ahead for at once. */
export const lookAhead = 200;

/** Milliseconds by which the database's clock may see a task due before our alarm for it went off. */
const margin = 20;

interface Alarm {
  /** By `performance.now()`. */
  at: number;
  timer: NodeJS.Timeout;
}

export interface Waker {
  /**
   * Looks again for what becomes due soon.
   * @param at `later`: those due now have been told of already
   */
  look(at: 'now' | 'later'): void;
  stop(): void;
}

/**
 * Wakes workers at the very millisecond a task becomes due, where graphile-worker would find it at its next poll.
 * @param due milliseconds until each task that becomes due soon, soonest first, at most {@link lookAhead}
 * @param nudge wakes this many workers
 * @param gap least milliseconds between two looks
 */
export function wakeOnTime(due: () => Promise<number[]>, nudge: (count: number) => void, gap = 20): Waker {
  let alarms: Alarm[] = [];
  let looking = false;
  let again: 'now' | 'later' | undefined;
  let stopped = false;

  async function look(from: 'now' | 'later'): Promise<void> {
    if (stopped) return;
    if (looking) {
      again = again === 'now' ? 'now' : from;
      return;
    }
    again = undefined;
    looking = true;
    const delays = await due().catch(() => []); // whoever owns the connection sees its failure too
    const kept = forget(alarms, from === 'later' ? performance.now() + margin : 0);
    if (stopped) return;
    const wanted = from === 'now' ? delays : delays.filter((delay) => delay > 0);
    alarms = [
      ...kept,
      ...[...countByMillisecond(wanted)].map(([delay, count]) => alarm(delay, () => nudge(count))),
    ];
    const furthest = delays.at(-1);
    if (delays.length >= lookAhead && furthest !== undefined && furthest > 0)
      alarms.push(alarm(furthest, () => void look('now')));
    setTimeout(() => {
      looking = false;
      if (again) void look(again);
    }, gap);
  }

  return {
    look: (at) => void look(at),
    stop() {
      stopped = true;
      forget(alarms, 0);
    },
  };
}

function countByMillisecond(delays: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const delay of delays) {
    const at = Math.ceil(delay);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return counts;
}

function alarm(delay: number, ring: () => void): Alarm {
  return { at: performance.now() + delay, timer: setTimeout(ring, delay) };
}

/** @returns those that stay, which go off by then */
function forget(alarms: readonly Alarm[], by: number): Alarm[] {
  return alarms.filter(({ at, timer }) => {
    if (at > by) clearTimeout(timer);
    return at <= by;
  });
}
