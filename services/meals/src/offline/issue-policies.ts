import type { Instant } from '@dabba/contracts';
import type { TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import { listFleet } from '../read-models/fleet-query.ts';
import type { IssuePolicy } from './issue.ts';
import type { RaiseBreaks } from './raise-breaks.ts';

interface Round {
  metro: string;
  /** Followed by another one. */
  goesOn: boolean;
}

const atOnce = 100;

/** The rounds over a metro's fridges; one is waiting at a time. */
export const issuePolicies = (metro: string, runAt: Instant): TaskRequest => ({
  task: 'issue-policies',
  key: `issue-policies:${metro}`,
  payload: { metro, goesOn: true },
  runAt,
  maxAttempts: 1_000_000,
});

/** One round more, at once: what concerns every fridge of the metro has changed. */
export const issuePoliciesNow = (metro: string): TaskRequest => ({
  ...issuePolicies(metro, 0),
  key: `issue-policies-now:${metro}`,
  payload: { metro, goesOn: false },
});

/** Denies who owes, then goes round a metro's fridges: renews what grows old or says what is no longer so, and looks at their journals. */
export function issuePoliciesTask(
  { store, db, now, env }: StoreDeps,
  issue: IssuePolicy,
  raiseBreaks: RaiseBreaks,
  denyDebtors: (metro: string) => Promise<void>,
): TaskHandler<Round> {
  const every = Number(env.OFFLINE_ROUND_MS ?? 30_000);
  return {
    name: 'issue-policies',
    parse(payload) {
      const { metro, goesOn }: Record<string, unknown> = { ...Object(payload) };
      if (typeof metro !== 'string' || typeof goesOn !== 'boolean') throw new TypeError('No round');
      return { metro, goesOn };
    },
    async run({ metro, goesOn }, { signal }) {
      await denyDebtors(metro);
      let after: string | undefined;
      do {
        const page = await listFleet(db, {
          metro,
          limit: atOnce,
          now: now(),
          ...(after !== undefined && { after }),
        });
        for (const { fridge_id, name } of page) {
          signal.throwIfAborted();
          if (name !== null) await issue(fridge_id, metro);
        }
        after = page.length === atOnce ? page.at(-1)?.fridge_id : undefined;
      } while (after !== undefined);
      await raiseBreaks(metro, signal);
      if (!goesOn) return;
      const at = now();
      const context = { actor: 'task:issue-policies', now: at };
      asRecorded(await store.transact([], (unit) => unit.enqueue(issuePolicies(metro, at + every)), context));
    },
  };
}
