import type { Pool, PoolClient } from 'pg';

type Done = (error: Error | undefined, client?: PoolClient, release?: (release?: unknown) => void) => void;

/** A pool that gives nobody a connection before `held` is settled, nor once that failed. */
export function onceHeld(pool: Pool, held: Promise<unknown>): Pool {
  const connect = (done?: Done) => {
    if (!done) return held.then(() => pool.connect());
    held.then(
      () => pool.connect(done),
      (error: Error) => done(error),
    );
    return undefined;
  };
  return new Proxy(pool, {
    get(target, name) {
      if (name === 'connect') return connect;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
