import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded } from '@dabba/tasks';
import { fridgeAlert } from '../fridge/alerts.ts';
import { fridgeRef } from '../fridge/fridge.ts';
import { unraisedBreaks } from '../read-models/journal-chain.ts';
import { breakName, offlineRef } from './offline.ts';

export type RaiseBreaks = (metro: string, signal: AbortSignal) => Promise<void>;

const atOnce = 100;

/** Raises an alarm for each entry of a journal that does not follow from the one before it, once. The fact itself was taken (B5). */
export function breakRaiser({ store, db, now }: Pick<StoreDeps, 'store' | 'db' | 'now'>): RaiseBreaks {
  return async (metro, signal) => {
    for (const { fridge_id: fridgeId, boot, seq, expected, found, at } of await unraisedBreaks(
      db,
      metro,
      atOnce,
    )) {
      signal.throwIfAborted();
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
  };
}
