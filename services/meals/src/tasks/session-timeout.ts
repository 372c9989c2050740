import type { TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, RetryAfter, type TaskHandler } from '@dabba/tasks';
import { decideSession, dueAt } from '../session/decide.ts';
import { holdsDoor, sessionRef } from '../session/session.ts';

interface Timeout {
  sessionId: string;
  metro: string;
}

/** Milliseconds the word of an opening may be under way. */
const transit = 2_000;

/** @param because what is waited for; each has a timer of its own */
export const sessionTimeout = (
  timeout: Timeout,
  because: 'opening' | 'closing',
  due: number,
): TaskRequest => ({
  task: 'session-timeout',
  key: `session-timeout:${because}:${timeout.sessionId}`,
  payload: { ...timeout },
  runAt: due + transit,
});

/** Gives up on a door that did not open, or not close. Run twice or late it finds nothing to do. */
export function sessionTimeoutTask({ store, now }: StoreDeps): TaskHandler<Timeout> {
  return {
    name: 'session-timeout',
    parse: parseTimeout,
    async run({ sessionId, metro }) {
      const session = sessionRef(sessionId, metro);
      const context = { actor: 'task:session-timeout', now: now() };
      const command = { do: 'time-out', sessionId, now: context.now } as const;
      asRecorded(await store.execute(session, (state) => decideSession(state, command), context));
      const { state } = await store.load(session);
      if (state !== null && holdsDoor(state) && state.openedAt === null)
        throw new RetryAfter(Math.max(1, (dueAt(state) - context.now) / 1000), 'It is too early');
    },
  };
}

function parseTimeout(payload: unknown): Timeout {
  const { sessionId, metro }: Record<string, unknown> = { ...Object(payload) };
  if (typeof sessionId !== 'string' || typeof metro !== 'string')
    throw new TypeError('No timeout of a session');
  return { sessionId, metro };
}
