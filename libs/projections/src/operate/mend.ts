import { setTimeout as pause } from 'node:timers/promises';
import { type ProjectionDeps, silent } from '../consume/deps.ts';
import { isOutdated } from '../tables/origin.ts';
import type { ReadModel } from '../types.ts';
import { Busy } from './lock.ts';
import { rebuild } from './rebuild.ts';

/** Failures after which it is left to a person. */
const tries = 5;
/** Milliseconds until the next try, and between looks at what somebody else rebuilds. */
const between = 2_000;

export interface Mending {
  /** Resolves when the model is this code's, or when it was given up. */
  done: Promise<void>;
  /** Leaves off; the copy that is being made is thrown away. */
  stop(): Promise<void>;
}

/** Folds a model that another release has folded anew, in the background, beside the copy that is read meanwhile. One of several processes does it. */
export function mend(model: ReadModel, deps: ProjectionDeps): Mending {
  const stopping = new AbortController();
  const done = untilOwn(model, deps, stopping.signal);
  return {
    done,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function untilOwn(model: ReadModel, deps: ProjectionDeps, signal: AbortSignal): Promise<void> {
  const { pool, log = silent } = deps;
  const about = { model: model.name };
  const command = `dabba read-model rebuild ${model.name}`;
  for (let failed = 0; failed < tries && !signal.aborted; ) {
    try {
      if (!(await isOutdated(model, pool))) return;
      log.warn(about, `${model.name} was folded by another release and is folded anew`);
      const { events, rows, milliseconds } = await rebuild(model, deps, () => signal.throwIfAborted());
      log.info({ ...about, events, rows, milliseconds }, `${model.name} is folded anew`);
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Busy)) {
        failed += 1;
        log.error(
          { ...about, err: error, failed },
          `${model.name} cannot be folded anew; by hand: ${command}`,
        );
      }
    }
    await pause(between, undefined, { signal }).catch(() => {});
  }
}
