import type { Recorded } from '@dabba/contracts';
import type { IncomingRecord } from '@dabba/kafka';

/** A record with what its headers say, and its event where the consumer handles that type. */
export interface Entry {
  record: IncomingRecord;
  /** The record's key; a record without one stands for itself. */
  stream: string;
  type: string;
  eventId: string;
  source: string | undefined;
  position: number | undefined;
  /** Absent where the consumer passes the type over. */
  event?: Recorded;
  /** Why the bytes could not be read. */
  error?: string;
}
