import type { Instant } from '@dabba/contracts';
import { holdsDoor, type Session, type SessionEvent } from './session.ts';

export type SessionCommand =
  /** The fridge says so; `nonce` is the one it obeyed. */
  | { do: 'open'; sessionId: string; fridgeId: string; nonce: string | null; at: Instant }
  | { do: 'time-out'; sessionId: string; now: Instant };

type Asked = NonNullable<Session>;

/** Milliseconds by which the clock of a fridge may be behind ours. */
const clocksDiffer = 2_000;

/** Milliseconds a door may stand open before somebody should look. */
export const openAtMost = 15 * 60_000;

/** Pure. No events: there is nothing new. Facts are never refused (B5), so nothing here refuses. */
export function decideSession(session: Session, command: SessionCommand): readonly SessionEvent[] {
  const { sessionId } = command;
  if (session === null) return [];
  switch (command.do) {
    case 'open':
      return isAskedFor(session, command) && session.openedAt === null
        ? [
            {
              type: 'DoorSessionOpened',
              data: { sessionId, fridgeId: session.fridgeId, openedAt: command.at },
            },
          ]
        : [];
    case 'time-out': {
      if (!holdsDoor(session) || command.now < dueAt(session)) return [];
      const { fridgeId, customerId } = session;
      const reason = session.openedAt === null ? 'NOT_OPENED' : 'NOT_CLOSED';
      const data = { sessionId, fridgeId, customerId, reason, failedAt: command.now } as const;
      return [{ type: 'DoorSessionFailed', data }];
    }
    default:
      return command satisfies never;
  }
}

/** An opening as the fridge tells of it. */
export interface SeenOpening {
  fridgeId: string;
  /** Null: it says of no unlock. */
  nonce: string | null;
  /** By its own clock. */
  at: Instant;
}

/**
 * Whether this opening is the one that was allowed: by its fridge and its nonce. One that was given up in the meantime, since nobody had
 * heard of it, is only believed to be that if its fridge did it before the unlock expired; a clock that says it was done before it was asked
 * for is behind, and proves nothing.
 */
export function isAskedFor(session: Session, { fridgeId, nonce, at }: SeenOpening): session is Asked {
  if (session === null || session.fridgeId !== fridgeId || session.nonce !== nonce) return false;
  if (session.status !== 'FAILED' || session.openedAt !== null) return true;
  return at >= session.startedAt - clocksDiffer && at < session.expiresAt;
}

/** When a session that is not over is given up. */
export function dueAt(session: NonNullable<Session>): Instant {
  return session.openedAt === null ? session.expiresAt : session.openedAt + openAtMost;
}
