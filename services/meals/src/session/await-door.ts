import { setTimeout as pause } from 'node:timers/promises';
import { type Executed, type Refusal, refuse } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { decideSession } from './decide.ts';
import { sessionRef } from './session.ts';

/** Milliseconds between looks. */
const every = 25;

/**
 * Waits for the fridge until `until` (as `performance.now`). A door that did not open by then is given up, so that it never opens
 * later: 504 `fridge-did-not-answer` (S0-INV-06).
 */
export async function awaitDoor(
  { store, now }: Pick<StoreDeps, 'store' | 'now'>,
  started: Executed<unknown>,
  until: number,
): Promise<Executed<unknown> | Refusal> {
  const { answer } = started;
  const { id }: { id?: unknown } = { ...Object(answer?.body) };
  if (!answer || typeof id !== 'string') return started;
  const session = sessionRef(id, '');
  let { state } = await store.load(session);
  while (state?.status === 'OPENING' && performance.now() < until) {
    await pause(every);
    ({ state } = await store.load(session));
  }
  if (state?.status === 'OPENING') {
    const command = { do: 'time-out', sessionId: id, now: Math.max(now(), state.expiresAt) } as const;
    const context = { actor: 'meals', now: command.now };
    const given = await store.execute(session, (current) => decideSession(current, command), context);
    if (given.refused) return given;
    ({ state } = await store.load(session));
  }
  if (state === null || (state.status === 'FAILED' && state.openedAt === null))
    return refuse(504, 'fridge-did-not-answer', 'The fridge did not answer; its door stays shut');
  return { ...started, answer: { ...answer, body: { ...Object(answer.body), state: state.status } } };
}
