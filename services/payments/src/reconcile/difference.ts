import { createHash } from 'node:crypto';
import type { Event, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';
import type { Difference } from './differences.ts';

export type DifferenceEvent = Event<'ReconciliationDiffered'>;

/** When it was found; null before. */
export const differenceStream: StreamType<Instant | null, DifferenceEvent> = {
  name: 'difference',
  revision: 1,
  initial: () => null,
  evolve: (_, { data }) => data.foundAt,
};

export function differenceRef(id: string, metro: string): StreamRef<Instant | null, DifferenceEvent> {
  return { type: differenceStream, id, metro };
}

/** The same difference has the same id, however often it is found. */
export function differenceId({ kind, payment_id, metro, currency, expected, found }: Difference): string {
  const what = [kind, payment_id, metro, currency, expected, found].join(' ');
  return `dif_${createHash('sha256').update(what).digest('hex').slice(0, 24)}`;
}

/** Pure. No event: it is known. */
export function decideDifference(
  known: Instant | null,
  difference: Difference,
  now: Instant,
): readonly DifferenceEvent[] {
  if (known !== null) return [];
  const { kind, payment_id: paymentId, currency, expected, found } = difference;
  const data = { differenceId: differenceId(difference), kind, paymentId, expected, found, currency };
  return [{ type: 'ReconciliationDiffered', data: { ...data, foundAt: now } }];
}
