import type { Instant } from '@dabba/contracts';
import { holdsDoor, type Session, type SessionEvent } from './session.ts';

export type SessionCommand =
  /** The fridge says so; `nonce` is the one it obeyed. */
  | { do: 'open'; sessionId: string; fridgeId: string; nonce: string | null; at: Instant }
  | { do: 'time-out'; sessionId: string; now: Instant };

/** Milliseconds a door may stand open before somebody should look. */
export const openAtMost = 15 * 60_000;

/** Pure. No events: there is nothing new. Facts are never refused (B5), so nothing here refuses. */
export function decideSession(session: Session, command: SessionCommand): readonly SessionEvent[] {
  const { sessionId } = command;
  if (session === null) return [];
  switch (command.do) {
    case 'open':
      return isAskedFor(session, command) && session.status === 'OPENING'
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

/** Whether this opening is the one that was allowed: its fridge, its nonce, and not given up before. */
export function isAskedFor(session: Session, seen: { fridgeId: string; nonce: string | null }): boolean {
  if (session === null || session.fridgeId !== seen.fridgeId || session.nonce !== seen.nonce) return false;
  return session.status !== 'FAILED' || session.openedAt !== null;
}

/** When a session that is not over is given up. */
export function dueAt(session: NonNullable<Session>): Instant {
  return session.openedAt === null ? session.expiresAt : session.openedAt + openAtMost;
}
