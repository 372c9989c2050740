import type { TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, RetryAfter, type TaskHandler } from '@dabba/tasks';
import { fridgeAlert } from '../fridge/alerts.ts';
import { fridgeRef } from '../fridge/fridge.ts';
import { decideSession, dueAt } from '../session/decide.ts';
import { holdsDoor, type SessionEvent, sessionRef } from '../session/session.ts';

interface Timeout {
  sessionId: string;
  metro: string;
}

/** Milliseconds that the rest of a journal may take, once it has told hours late of a door that was opened. */
const following = 5_000;
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

/** Gives up on a door that did not open, or not close; the latter somebody has to go and see. Run twice or late it finds nothing to do. */
export function sessionTimeoutTask({ store, now }: StoreDeps): TaskHandler<Timeout> {
  return {
    name: 'session-timeout',
    parse: parseTimeout,
    async run({ sessionId, metro }, { enqueuedAt }) {
      const session = sessionRef(sessionId, metro);
      const context = { actor: 'task:session-timeout', now: now() };
      const command = { do: 'time-out', sessionId, now: context.now } as const;
      const { state: asked } = await store.load(session);
      if (asked === null) return;
      const told = context.now - enqueuedAt;
      if (asked.status === 'OPEN' && dueAt(asked) < enqueuedAt && told < following)
        throw new RetryAfter((following - told) / 1000, 'That it was shut may be the next thing told');
      const fridge = fridgeRef(asked.fridgeId, metro);
      const outcome = await store.transact(
        [session, fridge],
        (unit) => {
          const events = decideSession(unit.load(session).state, command);
          unit.append(session, events);
          unit.append(fridge, alarmsFor(asked.door, events));
        },
        context,
      );
      asRecorded(outcome);
      const { state } = await store.load(session);
      if (state !== null && holdsDoor(state) && state.openedAt === null)
        throw new RetryAfter(Math.max(1, (dueAt(state) - context.now) / 1000), 'It is too early');
    },
  };
}

function alarmsFor(door: string, events: readonly SessionEvent[]) {
  return events.flatMap(({ type, data }) =>
    type === 'DoorSessionFailed' && data.reason === 'NOT_CLOSED'
      ? [fridgeAlert(data.fridgeId, 'DOOR_LEFT_OPEN', `Door ${door} was not shut`, null, data.failedAt)]
      : [],
  );
}

function parseTimeout(payload: unknown): Timeout {
  const { sessionId, metro }: Record<string, unknown> = { ...Object(payload) };
  if (typeof sessionId !== 'string' || typeof metro !== 'string')
    throw new TypeError('No timeout of a session');
  return { sessionId, metro };
}
