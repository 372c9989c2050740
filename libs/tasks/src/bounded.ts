import { setMaxListeners } from 'node:events';

/**
 * Runs `work` until it ends, `outer` aborts or `timeout` milliseconds are over; throws the reason. `work` is told by its signal,
 * but not waited for: one that does not listen must not hold a worker for ever. In place of
 * `AbortSignal.any([outer, AbortSignal.timeout(…)])`, which holds on to neither: where garbage is collected in between, Node 20
 * never aborts it.
 */
export async function bounded<T>(
  work: (signal: AbortSignal) => Promise<T>,
  outer: AbortSignal,
  timeout?: number,
): Promise<T> {
  const inner = new AbortController();
  let stop = (_reason: unknown): void => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = (reason) => {
      inner.abort(reason);
      reject(reason);
    };
  });
  const onAbort = (): void => stop(outer.reason);
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => stop(new Error(`No end within ${timeout} ms`)), timeout);
  // Any number of works may hang on it; each lets go at its end.
  setMaxListeners(0, outer);
  outer.addEventListener('abort', onAbort, { once: true });
  try {
    outer.throwIfAborted();
    return await Promise.race([work(inner.signal), stopped]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', onAbort);
  }
}
