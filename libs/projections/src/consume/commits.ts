import { EventEmitter } from 'node:events';
import type { Recorded } from '@dabba/contracts';

/** A batch of a consumer whose transaction is committed: what others can see from now on. */
export interface Committed {
  consumer: string;
  /** Those that were parked included. */
  events: readonly Recorded[];
}

/** Hears of every batch of this process as soon as it is committed, for those who measure. */
export const commits = new EventEmitter<{ batch: [Committed] }>();
