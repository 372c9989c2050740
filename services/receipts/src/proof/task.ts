import type { TaskRequest } from '@dabba/event-store';
import { reader, type StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import { archiveOf } from '../archive/index.ts';
import type { ObjectStore } from '../archive/objects.ts';
import { type ClosingDeps, closeDays } from './close-day.ts';
import { rootKeys } from './keys.ts';

const day = 86_400_000;
const minute = 60_000;

export interface ProofDeps extends StoreDeps, ClosingDeps {
  objects: ObjectStore;
}

/** @throws ConfigError */
export function proofDeps(deps: StoreDeps): ProofDeps {
  const read = reader(deps.env);
  const grace = read.count('RECEIPT_ROOT_AFTER_MINUTES', 15) * minute;
  read.done('receipts');
  const { objects } = archiveOf(deps).settings;
  return { ...deps, keys: rootKeys(deps), objects, grace };
}

/** One is waiting at a time. */
const closing = (runAt: number): TaskRequest => ({
  task: 'close-receipt-days',
  key: 'close-receipt-days',
  payload: {},
  runAt,
  maxAttempts: 1_000_000,
});

/** Signs the root of each day once it is over, then waits for the next midnight. */
export function closeDaysTask(deps: StoreDeps): TaskHandler {
  const own = proofDeps(deps);
  return {
    name: 'close-receipt-days',
    parse: () => undefined,
    async run(_payload, { signal }) {
      await closeDays(own, signal);
      const midnight = Math.ceil((own.now() - own.grace + 1) / day) * day;
      await askFor(deps, midnight + own.grace);
    },
  };
}

/** Looks at once: days may have ended while no process ran. */
export async function startClosing(deps: StoreDeps): Promise<void> {
  await askFor(deps, deps.now());
}

async function askFor({ store, now }: StoreDeps, at: number): Promise<void> {
  const context = { actor: 'task:close-receipt-days', now: now() };
  asRecorded(await store.transact([], (unit) => unit.enqueue(closing(at)), context));
}
