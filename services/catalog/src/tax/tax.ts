import type { Event, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type TaxEvent = Event<'TaxRateSet'>;

export interface TaxRate {
  version: number;
  /** Millionths of the subtotal. */
  ratePpm: number;
  validFrom: Instant;
}

/** All rates there ever were of a jurisdiction, in the order they were set. */
export interface Tax {
  rates: readonly TaxRate[];
}

export const taxStream: StreamType<Tax, TaxEvent> = {
  name: 'tax',
  revision: 1,
  initial: () => ({ rates: [] }),
  evolve: ({ rates }, { data: { version, ratePpm, validFrom } }) => ({
    rates: [...rates, { version, ratePpm, validFrom }],
  }),
};

/** @param metro decides the partition of a new jurisdiction; ignored for one that is known */
export function taxRef(jurisdiction: string, metro = ''): StreamRef<Tax, TaxEvent> {
  return { type: taxStream, id: `tax:${jurisdiction}`, metro };
}

/** The one that holds at an instant: the latest that has begun, and of those beginning together the last one set. */
export function rateAt({ rates }: Tax, at: Instant): TaxRate | undefined {
  return rates
    .filter(({ validFrom }) => validFrom <= at)
    .reduce<TaxRate | undefined>(
      (best, rate) => (best === undefined || rate.validFrom >= best.validFrom ? rate : best),
      undefined,
    );
}
