import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded } from '@dabba/tasks';
import type { Parts } from '../parts.ts';
import { decideDifference, differenceId, differenceRef } from './difference.ts';
import { differences } from './differences.ts';
import { lookAtProvider, lookForStrays } from './look.ts';

/** Milliseconds for which what changed is compared again and again. */
const again = 3 * 24 * 3_600_000;

/** One round: the provider is asked about what changed, and what does not agree becomes an event each, once. */
export async function reconcile(deps: StoreDeps, parts: Parts): Promise<void> {
  const { store, db, now, region } = deps;
  const before = new Date(now() - parts.settings.settle);
  await lookAtProvider(deps, parts, before);
  await lookForStrays(deps, parts, before);
  const since = new Date(before.getTime() - again);
  for (const difference of await differences(db, { since, before })) {
    const metro = difference.metro ?? region.metros[0]?.id ?? '';
    const context = { actor: 'round:reconcile', now: now() };
    const ref = differenceRef(differenceId(difference), metro);
    asRecorded(
      await store.execute(ref, (known) => decideDifference(known, difference, context.now), context),
    );
  }
}
