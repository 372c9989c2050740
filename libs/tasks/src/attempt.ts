import { bounded } from './bounded.ts';
import { type Breaker, BreakerOpen } from './breaker.ts';
import { type Envelope, idempotencyKeyOf } from './envelope.ts';
import type { Outcome } from './settle.ts';
import { GiveUp, type TaskHandler } from './types.ts';

/**
 * Runs a job's task once. Never throws: how it ended is the result.
 * @param attempt number of the run, from 1
 * @param interrupt aborts when the process stops or its jobs go to others
 */
export async function attemptTask(
  handler: TaskHandler,
  envelope: Envelope,
  attempt: number,
  breaker: Breaker | undefined,
  interrupt: AbortSignal,
): Promise<Outcome> {
  if (attempt > envelope.maxAttempts)
    return { is: 'hopeless', error: new Error('Its worker died during the last attempt') };
  let payload: unknown;
  try {
    payload = handler.parse(envelope.payload);
  } catch (error) {
    return { is: 'hopeless', error };
  }

  const once = async (): Promise<Outcome> => {
    try {
      await bounded(
        (signal) =>
          handler.run(payload, {
            idempotencyKey: idempotencyKeyOf(envelope),
            attempt,
            enqueuedAt: envelope.enqueuedAt,
            signal,
          }),
        interrupt,
        breaker?.settings.timeout,
      );
      return { is: 'done' };
    } catch (error) {
      if (interrupt.aborted) return { is: 'interrupted' };
      // The dependency answered, only not as we would like: no failure of its.
      if (error instanceof GiveUp) return { is: 'hopeless', error };
      throw error;
    }
  };
  try {
    return await (breaker ? breaker.run(once) : once());
  } catch (error) {
    if (error instanceof BreakerOpen && breaker) return { is: 'breaker-open', reset: breaker.settings.reset };
    return { is: 'failed', error };
  }
}
