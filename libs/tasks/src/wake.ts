/** Most tasks looked ahead for at once. */
export const lookAhead = 200;

export interface Waker {
  /** Looks again for what becomes due soon. */
  look(): void;
  stop(): void;
}

/**
 * Wakes workers at the very millisecond a task becomes due, where graphile-worker would find it at its next poll.
 * @param due milliseconds until each task that becomes due soon, soonest first, at most {@link lookAhead}
 * @param nudge wakes this many workers
 * @param gap least milliseconds between two looks
 */
export function wakeOnTime(due: () => Promise<number[]>, nudge: (count: number) => void, gap = 20): Waker {
  let alarms: NodeJS.Timeout[] = [];
  let looking = false;
  let again = false;
  let stopped = false;

  async function look(): Promise<void> {
    if (stopped) return;
    again = looking;
    if (looking) return;
    looking = true;
    const delays = await due().catch(() => []); // whoever owns the connection sees its failure too
    for (const alarm of alarms) clearTimeout(alarm);
    if (stopped) return;
    alarms = [...countByMillisecond(delays)].map(([delay, count]) => setTimeout(nudge, delay, count));
    const furthest = delays.at(-1);
    if (delays.length >= lookAhead && furthest !== undefined && furthest > 0)
      alarms.push(setTimeout(() => void look(), furthest));
    setTimeout(() => {
      looking = false;
      if (again) void look();
    }, gap);
  }

  return {
    look: () => void look(),
    stop() {
      stopped = true;
      for (const alarm of alarms) clearTimeout(alarm);
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
