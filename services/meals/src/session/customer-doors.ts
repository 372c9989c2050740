import type { Event, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type CustomerDoorsEvent = Event<'DoorSessionCounted'>;

/** The doors a customer asked for that still counted when the newest one was asked for, oldest first. */
export interface CustomerDoors {
  counted: readonly { sessionId: string; until: Instant }[];
}

/** Held by every request of a customer, so that no two of them, at whatever fridges, count past each other. */
export const customerDoorsStream: StreamType<CustomerDoors, CustomerDoorsEvent> = {
  name: 'customer-doors',
  revision: 1,
  initial: () => ({ counted: [] }),
  evolve: ({ counted }, { data: { sessionId, startedAt, countedUntil } }) => ({
    counted: [...counted.filter(({ until }) => until > startedAt), { sessionId, until: countedUntil }],
  }),
};

export function customerDoorsRef(
  customerId: string,
  metro: string,
): StreamRef<CustomerDoors, CustomerDoorsEvent> {
  return { type: customerDoorsStream, id: `doors-${customerId}`, metro };
}

/** How many count now. */
export function countedNow({ counted }: CustomerDoors, now: Instant): number {
  return counted.filter(({ until }) => until > now).length;
}
