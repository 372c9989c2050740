import type { Event, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type LotEvent = Event<'LotCreated'>;

/** Meals of one product made together; null before it exists. */
export type Lot = null | {
  sku: string;
  kitchenId: string;
  quantity: number;
  producedAt: Instant;
  expiresAt: Instant;
  allergens: readonly string[];
  mayContain: readonly string[];
};

export const lotStream: StreamType<Lot, LotEvent> = {
  name: 'lot',
  revision: 1,
  initial: () => null,
  evolve: (_lot, { data: { lotId: _id, ...lot } }) => lot,
};

export function lotRef(id: string, metro: string): StreamRef<Lot, LotEvent> {
  return { type: lotStream, id, metro };
}
