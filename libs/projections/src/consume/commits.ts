import { EventEmitter } from 'node:events';
import type { Recorded } from '@dabba/contracts';

/** A batch of a consumer whose transaction is committed: what others can see from now on. */
export interface Committed {
  consumer: string;
  /** Those that were parked included. */
  events: readonly Recorded[];
}

/** Hears of every batch of this process as soon as it is committed: for those who measure, and those who wait for it. */
export const commits = new EventEmitter<{ batch: [Committed] }>();
// As many as there are services in a process.
commits.setMaxListeners(0);
