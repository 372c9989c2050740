import { performance } from 'node:perf_hooks';

/** Since the last batch: the share of its time the process was busy, 0 to 1, and what arrived, a second. */
export interface Pressure {
  busy: number;
  arriving: number;
}

/** Less is working hours (S3-NFR-01), which leave no backlog. */
const peak = 300;
/** Beyond this share the process has no time to spare. */
const pressed = 0.8;
/** Milliseconds. */
const least = 10;
const longest = 300;

/** Milliseconds to wait before the next batch, by those of the last time. */
export function pauseAfter(last: number, { busy, arriving }: Pressure): number {
  if (arriving > peak && busy > pressed) return Math.min(longest, Math.max(least, last * 1.5));
  return last / 2 < least ? 0 : last / 2;
}

/**
 * At a peak lets those at the door go first: they wait for an answer, while judging, registering and folding need not
 * happen in this second. @param arrived how many did, ever
 */
export function pacer(arrived: () => number): () => number {
  let before = { utilization: performance.eventLoopUtilization(), at: performance.now(), arrived: arrived() };
  let pause = 0;
  return () => {
    const now = {
      utilization: performance.eventLoopUtilization(),
      at: performance.now(),
      arrived: arrived(),
    };
    const { utilization: busy } = performance.eventLoopUtilization(now.utilization, before.utilization);
    const arriving = ((now.arrived - before.arrived) * 1000) / Math.max(1, now.at - before.at);
    before = now;
    pause = pauseAfter(pause, { busy, arriving });
    return pause;
  };
}
