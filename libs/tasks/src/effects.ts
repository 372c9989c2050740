import type { Executed, Refusal } from '@dabba/event-store';
import { GiveUp, RetryAfter, type TaskRun } from './types.ts';

/**
 * An effect on the outside world that is to happen once (T2). `I`: what we want, as our own event wrote it down before any
 * call. `O`: the other side's object, with its id.
 */
export interface OutsideCall<I, O> {
  /** What our state still asks for; undefined when the outcome is recorded already, or nobody wants it any more. */
  intent(): Promise<I | undefined>;
  /** Does it, under `run.idempotencyKey`, with our own reference in the request for `lookUp` to find. */
  call(intent: I, run: TaskRun): Promise<O>;
  /** Finds what an earlier attempt did, by our reference; undefined if nothing. Must not read a delayed copy. */
  lookUp(intent: I, run: TaskRun): Promise<O | undefined>;
  /**
   * Appends what follows from the object, by a command that knows it by the other side's id: one that is recorded already, or
   * an older state of it, changes nothing. The webhook's task records by the same command.
   */
  record(object: O): Promise<void>;
  /** Milliseconds for which the other side remembers an idempotency key; Stripe: 24 hours. */
  keyLifetime: number;
}

/** Clocks differ and calls take time: from this share of the key's lifetime on it is not relied upon. */
const trusted = 0.9;

/**
 * Intent, call, record; for a task handler's `run`. An attempt after a crash repeats the identical call under the same key,
 * and past the key's lifetime asks first whether it was done.
 * @param now UTC milliseconds
 */
export async function outsideCall<I, O>(effect: OutsideCall<I, O>, run: TaskRun, now: number): Promise<void> {
  const intent = await effect.intent();
  if (intent === undefined) return;
  const forgotten = now - run.enqueuedAt >= effect.keyLifetime * trusted;
  const done = forgotten ? await effect.lookUp(intent, run) : undefined;
  await effect.record(done ?? (await effect.call(intent, run)));
}

/**
 * What the task behind a webhook does. The notice only says that something about an object changed: it may come before our own
 * call's answer is stored, twice, or after newer ones. So its content is ignored, and the object fetched as it is now.
 */
export async function followNotice<O>(effect: {
  fetch(): Promise<O>;
  record(object: O): Promise<void>;
}): Promise<void> {
  await effect.record(await effect.fetch());
}

/** The command's result, where a refusal is thrown as what it means to a task: later, or never. */
export function asRecorded<R>(result: Executed<R> | Refusal): Executed<R> {
  if (!result.refused) return result;
  if (result.status === 503) throw new RetryAfter(result.retryAfter ?? 1, result.detail);
  throw new GiveUp(`${result.code}: ${result.detail}`);
}
