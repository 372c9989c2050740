import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded } from '@dabba/tasks';
import { fridgeAlert } from '../fridge/alerts.ts';
import { fridgeRef } from '../fridge/fridge.ts';
import { unraisedBreaks } from '../read-models/journal-chain.ts';
import { breakName, offlineRef } from './offline.ts';

export type RaiseBreaks = (metro: string, signal: AbortSignal) => Promise<void>;

const atOnce = 1_000;

/**
 * Raises an alarm for each entry of a journal that does not follow from the one before it, once. The fact itself was
 * taken (B5). What an entry follows from may come later, out of another replica's spool: that is waited for.
 */
export function breakRaiser({ store, db, now, env }: StoreDeps): RaiseBreaks {
  const patience = Number(env.JOURNAL_PATIENCE_MS ?? 10 * 60_000);
  /** Since when this process has seen an entry wait: clocks of fridges say nothing of how long that is. */
  const since = new Map<string, number>();
  return async (metro, signal) => {
    const known = new Set<string>();
    for (const row of await unraisedBreaks(db, metro, atOnce)) {
      signal.throwIfAborted();
      const { fridge_id: fridgeId, boot, seq, expected, found, at, is_waiting } = row;
      if (is_waiting) {
        const key = `${metro}/${fridgeId}/${boot}/${seq}`;
        const seen = since.get(key) ?? now();
        since.set(key, seen);
        known.add(key);
        if (now() - seen < patience) continue;
      }
      const offline = offlineRef(fridgeId, metro);
      const fridge = fridgeRef(fridgeId, metro);
      const name = breakName({ boot, seq });
      const outcome = await store.transact(
        [offline, fridge],
        (unit) => {
          if (unit.load(offline).state.breaks.includes(name)) return;
          const data = { fridgeId, boot, seq, expected, found, observedAt: at };
          unit.append(offline, [{ type: 'FridgeJournalBroken', data }]);
          const detail = `Entry ${name} of its journal does not follow from the one before it`;
          unit.append(fridge, [fridgeAlert(fridgeId, 'CHAIN_BROKEN', detail, null, at)]);
        },
        { actor: 'task:issue-policies', now: now() },
      );
      asRecorded(outcome);
    }
    for (const key of since.keys()) if (key.startsWith(`${metro}/`) && !known.has(key)) since.delete(key);
  };
}
