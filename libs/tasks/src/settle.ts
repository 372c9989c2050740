import { delayAfter } from './backoff.ts';

/** How one run of a task ended. */
export type Outcome =
  | { is: 'done' }
  | { is: 'failed'; error: unknown }
  /** Trying again cannot help: GiveUp, an unreadable payload. */
  | { is: 'hopeless'; error: unknown }
  /** Nothing was called. `reset`: milliseconds after which the breaker allows a trial. */
  | { is: 'breaker-open'; reset: number }
  /** The process stops, or its jobs are being given to others. */
  | { is: 'interrupted' };

export type Settlement =
  | { to: 'finish' }
  | { to: 'retry'; failed: number; delay: number; error: string }
  | { to: 'bury'; attempts: number; error: string };

/**
 * What becomes of a task after a run.
 * @param attempt number of the run, from 1
 * @param random in [0, 1)
 */
export function settle(outcome: Outcome, attempt: number, maxAttempts: number, random: number): Settlement {
  switch (outcome.is) {
    case 'done':
      return { to: 'finish' };
    case 'hopeless':
      return { to: 'bury', attempts: attempt, error: textOf(outcome.error) };
    case 'failed':
      if (attempt >= maxAttempts) return { to: 'bury', attempts: attempt, error: textOf(outcome.error) };
      return {
        to: 'retry',
        failed: attempt,
        delay: delayAfter(attempt, outcome.error, random),
        error: textOf(outcome.error),
      };
    case 'breaker-open': {
      const delay = outcome.reset * (0.5 + random / 2);
      return { to: 'retry', failed: attempt - 1, delay, error: 'breaker open' };
    }
    case 'interrupted':
      return { to: 'retry', failed: attempt - 1, delay: 0, error: 'interrupted' };
    default:
      return outcome satisfies never;
  }
}

function textOf(error: unknown): string {
  // Postgres refuses the character 0 in text.
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    .replaceAll('\u0000', '')
    .slice(0, 2000);
}
