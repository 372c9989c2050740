import { setTimeout as pause } from 'node:timers/promises';
import { type Executed, type Refusal, refuse } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { decideSession } from './decide.ts';
import { sessionRef } from './session.ts';

type Answer = Executed<unknown> | Refusal;

/** Milliseconds between looks: often while most doors open, seldom where somebody waits for long. */
const soonest = 20;
const slowest = 150;
/** Milliseconds it takes to give up on a door before its caller is told. */
const givingUp = 150;

/** `session_id` says where to look whether it had opened all the same, and nobody could say so in time. */
export function shut(sessionId: string): Refusal {
  return refuse(504, 'fridge-did-not-answer', 'The fridge did not answer; its door stays shut', {
    session_id: sessionId,
  });
}

/**
 * The answer, or 504 `fridge-did-not-answer` at that time (as `performance.now`), whoever is to blame (S0-INV-06). That is definite as long
 * as the unlock expires before it: what is committed later opens nothing, and its timer gives it up.
 */
export async function answeredBy(by: number, answer: Promise<Answer>, refusal: Refusal): Promise<Answer> {
  const late = new AbortController();
  const limit = pause(Math.max(0, by - performance.now()), refusal, { signal: late.signal });
  limit.catch(() => {});
  try {
    return await Promise.race([answer, limit]);
  } finally {
    late.abort();
    answer.catch(() => {});
  }
}

/** Whether the unlock may still be obeyed: by the time its session was committed it may not. */
export function mayStillOpen({ answer }: Executed<unknown>, now: number): boolean {
  const { expires_at }: { expires_at?: unknown } = { ...Object(answer?.body) };
  return typeof expires_at === 'string' && Date.parse(expires_at) > now;
}

/** Waits for the fridge until shortly before `by`. A door that did not open by then is given up, so that it never opens later. */
export async function awaitDoor(
  { store, now }: Pick<StoreDeps, 'store' | 'now'>,
  started: Executed<unknown>,
  by: number,
): Promise<Answer> {
  const { answer } = started;
  const { id }: { id?: unknown } = { ...Object(answer?.body) };
  if (!answer || typeof id !== 'string') return started;
  const session = sessionRef(id, '');
  let { state } = await store.load(session);
  for (let every = soonest; state?.status === 'OPENING'; every = Math.min(every * 1.2, slowest)) {
    const left = by - givingUp - performance.now();
    if (left <= 0) break;
    await pause(Math.min(every, left));
    ({ state } = await store.load(session));
  }
  if (state?.status === 'OPENING') {
    const command = { do: 'time-out', sessionId: id, now: Math.max(now(), state.expiresAt) } as const;
    const context = { actor: 'meals', now: command.now };
    const given = await store.execute(session, (current) => decideSession(current, command), context);
    if (given.refused) return given;
    ({ state } = await store.load(session));
  }
  if (state === null || (state.status === 'FAILED' && state.openedAt === null)) return shut(id);
  return { ...started, answer: { ...answer, body: { ...Object(answer.body), state: state.status } } };
}
