/**
 * Takes the place of kafkajs's wait for requests that cannot be sent yet. Its own goes on when there is none: a timer of one millisecond
 * for each connection, for as long as that lives, which in an idle service was a twentieth of a processor (kafkajs issue 1704).
 */
import { createRequire } from 'node:module';

/** What kafkajs keeps for each connection. */
interface RequestQueue {
  pending: readonly unknown[];
  /** UTC milliseconds; -1: the broker never asked for a pause. */
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

/** Milliseconds to the next look where nothing but answers is waited for, which looks as well. */
const soon = 10;

/** What is pending goes out with the next answer, or once the broker's pause is over; where nothing is, nothing has to be looked for. */
export function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const after = Math.max(this.throttledUntil - Date.now(), soon);
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, after);
}

const theirs: { prototype: object } = createRequire(import.meta.url)(
  'kafkajs/src/network/requestQueue/index.js',
);
const name = scheduleCheckPendingRequests.name;
if (!(name in theirs.prototype))
  throw new Error('kafkajs waits for requests elsewhere than the version this was written for');
Object.assign(theirs.prototype, { [name]: scheduleCheckPendingRequests });
