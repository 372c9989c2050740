import type { Event, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type LotEvent = Event<'LotCreated' | 'LotRecalled'>;

/** Meals of one product made together; null before it exists. */
export type Lot = null | {
  sku: string;
  kitchenId: string;
  quantity: number;
  producedAt: Instant;
  expiresAt: Instant;
  /** Frozen when it was made; null: unknown, which is not the same as none. */
  allergens: readonly string[] | null;
  mayContain: readonly string[] | null;
  /** From then on nothing of it may be reserved or sold by a command; null where it was never recalled. */
  recalledAt: Instant | null;
  recallReason: string | null;
};

export const lotStream: StreamType<Lot, LotEvent> = {
  name: 'lot',
  revision: 3,
  initial: () => null,
  evolve,
};

export function lotRef(id: string, metro: string): StreamRef<Lot, LotEvent> {
  return { type: lotStream, id, metro };
}

/** Whether no command may reserve or sell a meal of this lot; a lot nobody knows of forbids nothing. */
export function isRecalled(lot: Lot): boolean {
  return lot !== null && lot.recalledAt !== null;
}

function evolve(lot: Lot, { type, data }: LotEvent): Lot {
  switch (type) {
    case 'LotCreated': {
      const { lotId: _id, allergensKnown, mayContainKnown, ...made } = data;
      const allergens = allergensKnown ? made.allergens : null;
      const mayContain = mayContainKnown ? made.mayContain : null;
      return { ...made, allergens, mayContain, recalledAt: null, recallReason: null };
    }
    case 'LotRecalled':
      if (lot === null) throw new Error('A recall of a lot that was never made');
      return { ...lot, recalledAt: data.recalledAt, recallReason: data.reason };
    default:
      return type satisfies never;
  }
}
