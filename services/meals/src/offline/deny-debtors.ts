import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded } from '@dabba/tasks';
import { debtorsOf } from '../read-models/customer-debts.ts';
import { policyFrom } from '../session/policy.ts';
import { decideDenied, deniedAtMost, deniedRef } from './denied.ts';

/** Who gets no door online for what they owe gets none from a fridge that decides alone either, as soon as that has heard of it. */
export function debtorDenier({
  store,
  db,
  now,
  env,
}: Pick<StoreDeps, 'store' | 'db' | 'now' | 'env'>): (metro: string) => Promise<void> {
  const { unpaidLimit } = policyFrom(env);
  return async (metro) => {
    const customers = await debtorsOf(db, metro, unpaidLimit, deniedAtMost);
    const list = deniedRef(metro);
    const context = { actor: 'task:issue-policies', now: now() };
    const command = { do: 'debtors', metro, customers, now: context.now } as const;
    asRecorded(await store.execute(list, (known) => decideDenied(known, command), context));
  };
}
