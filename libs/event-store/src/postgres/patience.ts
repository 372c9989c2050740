import { setTimeout as delay } from 'node:timers/promises';
import { failureOf } from './failure.ts';

/** The database did not answer in time; a command may or may not have been committed. Answered as 503. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}

/**
 * Does the same again while the database is away or aborts it through no fault of its own; only for what may be done
 * twice.
 * @param milliseconds to go on trying
 * @throws StoreUnavailable when they are over; at once what `work` throws about its own data
 */
export async function withPatience<R>(milliseconds: number, work: () => Promise<R>): Promise<R> {
  const giveUpAt = Date.now() + milliseconds;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (failureOf(error) === 'data') throw error;
      if (Date.now() > giveUpAt) throw new StoreUnavailable('The database does not answer', { cause: error });
      await delay(Math.min(500, 2 ** attempt) * (0.5 + Math.random()));
    }
  }
}
