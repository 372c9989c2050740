import { setTimeout as pause } from 'node:timers/promises';
import type { Pace } from '../giving-way/pace.ts';
import { type JudgeDeps, judgeDue } from './judge.ts';
import type { Signal } from './signal.ts';

/** Milliseconds between looks at the queue when nothing arrives here: what other processes took, and what was put off. */
const idle = 100;

/** Judges whatever waits until it is stopped; a database that is away is waited for. */
export function startJudging(deps: JudgeDeps, arrived: Signal, pace: Pace): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      const taken = await judgeDue(deps).catch((error: unknown) => {
        deps.log.warn({ err: error }, 'judging is tried again');
        return 0;
      });
      const millis = taken === 0 ? 0 : pace();
      if (taken === 0) await arrived.wait(idle, stopping.signal);
      else if (millis > 0) await pause(millis, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
