import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded } from '@dabba/tasks';
import type { Parts } from '../parts.ts';
import { allOf } from '../rounds/round.ts';
import { decideDifference, differenceId, differenceRef } from './difference.ts';
import { differences } from './differences.ts';
import { lookAtProvider, lookForStrays } from './look.ts';

/** Milliseconds for which what changed is compared again and again. */
const again = 3 * 24 * 3_600_000;

/**
 * Makes the rounds: the provider is asked about what changed, and what does not agree becomes an event each, once. One that is gone at
 * the next rounds was only a book that lagged behind the others, and is none.
 */
export function reconciler(deps: StoreDeps, parts: Parts): () => Promise<void> {
  const { store, db, now, region } = deps;
  const { settle } = parts.settings;
  /** Difference → when it was seen first, of those the last round saw. */
  let seen = new Map<string, number>();

  return async () => {
    const before = new Date(now() - settle);
    // Each look goes as far as it can, and what is known is compared whatever could not be looked at.
    const failures: unknown[] = [];
    for (const look of [lookAtProvider, lookForStrays])
      await look(deps, parts, before).catch((error: unknown) => failures.push(error));
    const since = new Date(before.getTime() - again);
    const still = new Map<string, number>();
    for (const difference of await differences(db, { since, before })) {
      const id = differenceId(difference);
      const context = { actor: 'round:reconcile', now: now() };
      const first = seen.get(id) ?? context.now;
      still.set(id, first);
      if (context.now - first < settle) continue;
      const ref = differenceRef(id, difference.metro ?? region.metros[0]?.id ?? '');
      asRecorded(
        await store.execute(ref, (known) => decideDifference(known, difference, context.now), context),
      );
    }
    seen = still;
    if (failures.length > 0) throw allOf(failures);
  };
}
