import type { SubscribeOptions, Subscription } from '../types.ts';

/** One who shares the member; what is kept of it from one assignment to the next, each by `topic/partition`. */
export interface Subscriber {
  readonly options: SubscribeOptions;
  /** Why a partition is stopped; outlives its assignment. */
  readonly stopped: Map<string, string>;
  /** The last batch handed over, settled when it is done. */
  readonly handling: Map<string, Promise<void>>;
  /** In place of sharing: one of its topics did not exist. */
  alone?: Subscription;
}
