import { transaction } from '@dabba/event-store';
import type { Pool } from 'pg';
import { lockShared } from './lock.ts';
import { lockStream, type ParkedStream, unparkIfEmpty } from './park-row.ts';

export interface DiscardFilter extends ParkedStream {
  /** Only this event of the stream, so that those behind it can be replayed; all of them where left out. */
  eventId?: string;
}

/**
 * Gives parked events up for good: recorded with the reason and who said so, and left out of rebuilds and
 * verifications as well (P5). Returns how many.
 */
export async function discardParked(
  pool: Pool,
  filter: DiscardFilter,
  because: { reason: string; actor: string },
): Promise<number> {
  return transaction(pool, async (client) => {
    await lockShared(client, filter.consumer);
    if (!(await lockStream(client, filter))) return 0;
    const { rowCount } = await client.query(
      `with gone as (
         delete from dabba.parked_events
          where consumer = $1 and topic = $2 and stream = $3 and ($4::text is null or event_id = $4) returning *)
       insert into dabba.discarded_events
         (consumer, topic, partition, "offset", stream, type, event_id, error, reason, actor)
       select consumer, topic, partition, "offset", stream, type, event_id, error, $5, $6 from gone`,
      [filter.consumer, filter.topic, filter.stream, filter.eventId ?? null, because.reason, because.actor],
    );
    await unparkIfEmpty(client, filter);
    return rowCount ?? 0;
  });
}
