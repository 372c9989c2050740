/**
 * Work on the same key goes one after another, in order of arrival; work on different keys side by side. All keys of
 * one piece of work are taken at once, so two of them never wait for each other in a circle.
 */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  async hold<R>(keys: readonly string[], work: () => Promise<R>): Promise<R> {
    const before = keys.flatMap((key) => this.#tails.get(key) ?? []);
    const { promise: done, resolve: release } = deferred();
    for (const key of keys) this.#tails.set(key, done);
    try {
      if (before.length > 0) await Promise.all(before);
      return await work();
    } finally {
      release();
      for (const key of keys) if (this.#tails.get(key) === done) this.#tails.delete(key);
    }
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
