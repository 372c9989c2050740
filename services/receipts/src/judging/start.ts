import { type JudgeDeps, judgeDue } from './judge.ts';
import type { Signal } from './signal.ts';

/** Milliseconds between looks at the queue when nothing arrives here: what other replicas took, and what was put off. */
const idle = 500;

/** Judges whatever waits until it is stopped; a database that is away is waited for. */
export function startJudging(deps: JudgeDeps, arrived: Signal): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      const taken = await judgeDue(deps).catch((error: unknown) => {
        deps.log.warn({ err: error }, 'judging is tried again');
        return 0;
      });
      if (taken === 0) await arrived.wait(idle, stopping.signal);
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
