export { delayAfter } from './backoff.ts';
export { type Breaker, BreakerOpen, breakers, makeBreaker } from './breaker.ts';
export { type DeadTask, deadTasks, discardTask, replayTask } from './dead-letters.ts';
export { asRecorded, followNotice, type OutsideCall, outsideCall } from './effects.ts';
export { enqueueing, enqueueTasks } from './enqueue.ts';
export type { Log } from './log.ts';
export { migrateTasks } from './migrate.ts';
export { startTasks, type TasksDatabase, type TasksOptions } from './start.ts';
export * from './types.ts';
