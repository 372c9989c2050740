import type { Event, Metro } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';
import type { Format } from '../port.ts';

export type TypeEvent = Event<'ReceiptTypeDefined'>;

/** The newest version of a type in one format; null: there is none. */
export type DefinedType = null | { version: number; hash: string };

/**
 * The event carries the whole definition, a few kilobytes that nobody's data are in: from the topic alone anyone can say
 * in twenty years by which rules a receipt was judged. The table is written in the event's own transaction, so that
 * every process can read all types at once.
 */
export const receiptTypeStream: StreamType<DefinedType, TypeEvent> = {
  name: 'receipt-type',
  revision: 1,
  initial: () => null,
  evolve: (_, { data: { version, definitionHash: hash } }) => ({ version, hash }),
};

/** @param metro any of the region's: types are the same in all of them */
export function typeRef(type: string, format: Format, metro: Metro): StreamRef<DefinedType, TypeEvent> {
  return { type: receiptTypeStream, id: `receipt-type:${type}:${format}`, metro: metro.id };
}
