import type { Outcome } from './outcome.ts';

/** Two at 5.00 and 0.85 tax are 10.85, of which 5.00 are the company's. */
export const allowance = 5;
export const counted = 5;
const due = 5.85;
const ordered = 2;

/** As if nothing had happened. @param answered what the one was told who wanted it otherwise */
export const completed = (answered: number | null = null): Outcome => ({
  ...{ order: 'COMPLETED', reason: null, reserved: 0, onHand: counted - ordered },
  ...{ net: due, ticket: 'HANDED_OVER', subsidyUsed: allowance, answered },
});

/** Cancelled for this reason: nothing is kept, charged or used. */
export const cancelled = (reason: string, but: Partial<Outcome> = {}): Outcome => ({
  ...{ order: 'CANCELLED', reason, reserved: 0, onHand: counted },
  ...{ net: 0, ticket: 'none', subsidyUsed: 0, answered: null },
  ...but,
});

/** What the kitchen has begun does not come back to the shelf. */
export const used = { onHand: counted - ordered };
