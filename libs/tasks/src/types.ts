/** What a task handler is given besides its payload. */
export interface TaskRun {
  /** Same for every attempt of one task: the idempotency key for the call outside. */
  idempotencyKey: string;
  /** 1 for the first. */
  attempt: number;
  /** When the task was enqueued, UTC milliseconds. Past the other side's key lifetime, look the outcome up first. */
  enqueuedAt: number;
  /** Aborted when the process shuts down or this worker lost the task. */
  signal: AbortSignal;
}

/**
 * A durable task: a timer, or an effect on the outside world. Runs with no database transaction open (T1); records its
 * outcome by a command guarded by state, so that a late twin finds nothing to do. Throwing means: try again later.
 */
export interface TaskHandler<P = unknown> {
  name: string;
  /** Throws for a payload it does not know; such a task is a dead letter at once. */
  parse(payload: unknown): P;
  run(payload: P, run: TaskRun): Promise<void>;
  /** Name of the breaker it runs behind; none where left out. */
  dependency?: string;
}

/** Thrown by a handler: not before this many seconds, as the other side asked. */
export class RetryAfter extends Error {
  override name = 'RetryAfter';
  readonly seconds: number;
  constructor(seconds: number, message: string) {
    super(message);
    this.seconds = seconds;
  }
}

/** Thrown by a handler: trying again cannot help; the task becomes a dead letter. */
export class GiveUp extends Error {
  override name = 'GiveUp';
}

export interface BreakerSettings {
  /** Consecutive failures that open it. */
  failures: number;
  /** Successes that close it again. */
  successes: number;
  /** Milliseconds a call may take. */
  timeout: number;
  /** Milliseconds until a trial call. */
  reset: number;
}

export interface TasksStatus {
  waiting: number;
  running: number;
  dead: number;
  oldestWaitingSeconds: number;
  breakers: Record<string, 'closed' | 'open' | 'half-open'>;
}

export interface TaskRunner {
  status(): Promise<TasksStatus>;
  stop(): Promise<void>;
}
