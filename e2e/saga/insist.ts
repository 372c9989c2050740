import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../platform/client.ts';

/** Milliseconds somebody goes on asking; whoever was killed is back long before. */
export const patience = 150_000;

/**
 * Asks again until somebody answers for it: a gateway without a service behind it, a broken connection and a refused rate are no
 * answers. Whoever changes something asks under one Idempotency-Key.
 * @param isYet whether this answer may be another one soon
 */
export async function insist<T>(
  ask: () => Promise<Answer<T>>,
  isYet: (answer: Answer<T>) => boolean = () => false,
): Promise<Answer<T>> {
  const until = Date.now() + patience;
  for (let tries = 0; ; tries++) {
    const answer = await ask().catch((error: unknown) => error);
    if (isAnswer<T>(answer) && answer.status < 500 && answer.status !== 429 && !isYet(answer)) return answer;
    if (Date.now() > until)
      throw new Error(`No answer: ${isAnswer(answer) ? JSON.stringify(answer.body) : String(answer)}`);
    await pause(Math.min(1_000, 50 * 2 ** tries));
  }
}

function isAnswer<T>(given: unknown): given is Answer<T> {
  return typeof given === 'object' && given !== null && 'status' in given && 'headers' in given;
}
