import type { Event, Events, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type SessionEvent = Event<
  'DoorSessionStarted' | 'DoorSessionOpened' | 'DoorSessionSettled' | 'DoorSessionFailed'
>;

/** One opening of one door, from the wish to the basket; null before it was asked for. */
export type Session = null | {
  status: 'OPENING' | 'OPEN' | 'SETTLED' | 'FAILED';
  fridgeId: string;
  door: string;
  kind: Events['DoorSessionStarted']['kind'];
  customerId: string | null;
  nonce: string;
  /** As shown when the door was asked for. */
  prices: Events['DoorSessionStarted']['prices'];
  startedAt: Instant;
  /** From then on the fridge no longer obeys. */
  expiresAt: Instant;
  /** By the fridge's clock; null while it is shut. */
  openedAt: Instant | null;
  failure: Events['DoorSessionFailed']['reason'] | null;
  basket: Events['DoorSessionSettled']['basket'];
};

export const sessionStream: StreamType<Session, SessionEvent> = {
  name: 'session',
  revision: 1,
  initial: () => null,
  evolve,
};

export function sessionRef(id: string, metro: string): StreamRef<Session, SessionEvent> {
  return { type: sessionStream, id, metro };
}

/** Whether its door is taken by it. */
export function holdsDoor(session: Session): boolean {
  return session?.status === 'OPENING' || session?.status === 'OPEN';
}

function evolve(session: Session, { type, data }: SessionEvent): Session {
  if (type === 'DoorSessionStarted') {
    const { fridgeId, door, kind, customerId, nonce, prices, startedAt, expiresAt } = data;
    const asked = { fridgeId, door, kind, customerId, nonce, prices, startedAt, expiresAt };
    return { status: 'OPENING', ...asked, openedAt: null, failure: null, basket: [] };
  }
  if (session === null) throw new Error(`${type} of a session that nobody asked for`);
  switch (type) {
    case 'DoorSessionOpened':
      // Told of after it was given up, it is open all the same.
      return { ...session, status: 'OPEN', failure: null, openedAt: data.openedAt };
    case 'DoorSessionSettled':
      return { ...session, status: 'SETTLED', failure: null, basket: data.basket };
    case 'DoorSessionFailed':
      return { ...session, status: 'FAILED', failure: data.reason };
    default:
      return type satisfies never;
  }
}
