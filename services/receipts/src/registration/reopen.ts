import type { CommandContext, Executed, Refusal } from '@dabba/event-store';
import { isRefusal, refuse } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import type { TaskHandler } from '@dabba/tasks';
import { isArchived } from '../archive/close/is-archived.ts';
import { receiptRef } from '../receipt/receipt.ts';
import { tellOf, toldAs } from '../webhooks/tell.ts';
import { decideReopen } from './decide.ts';

const task = 'ask-authorities-again';

interface Reopened {
  receiptId: string;
  /** Of the receipt once it was reopened. */
  version: number;
  /** UTC milliseconds. */
  at: number;
}

/** Reopens a FAILED receipt; the task that puts it back into the queues is committed with the event. */
export async function reopen(
  { store: { load, transact }, pool }: Pick<StoreDeps, 'store' | 'pool'>,
  receiptId: string,
  reason: string,
  context: CommandContext,
): Promise<Executed<{ id: string; status: string }> | Refusal> {
  const ref = receiptRef(receiptId, '');
  if ((await load(ref)).state === null)
    return (await isArchived(pool, receiptId))
      ? refuse(409, 'receipt-archived', 'Its day is archived: what it ended with stays.')
      : refuse(404, 'receipt-unknown', `No receipt ${receiptId}`);
  return transact(
    [ref],
    (unit) => {
      const events = decideReopen(unit.load(ref).state, {
        receiptId,
        by: context.actor,
        reason,
        at: context.now,
      });
      if (isRefusal(events)) return events;
      unit.append(ref, events);
      const { version } = unit.load(ref);
      const payload = { receiptId, version, at: context.now };
      unit.enqueue({ task, payload, key: `${task}:${receiptId}` });
      return { id: receiptId, status: 'REGISTERING' };
    },
    context,
    { answer: (body) => ({ status: 200, body }) },
  );
}

/** Dead letters of authorities that are to be asked go back into the queue. Guarded by state: a late twin moves nothing. */
export function askAgainTask({ store, pool }: StoreDeps): TaskHandler<Reopened> {
  return {
    name: task,
    parse(payload) {
      const { receiptId, version = 0, at = 0 }: Record<string, unknown> = { ...Object(payload) };
      if (typeof receiptId !== 'string') throw new TypeError('The task names no receipt');
      if (typeof version !== 'number' || typeof at !== 'number') throw new TypeError('No version and time');
      return { receiptId, version, at };
    },
    async run({ receiptId, version, at }) {
      const { state } = await store.load(receiptRef(receiptId, ''));
      await tellOf(pool, toldAs(receiptId, { state, version }, 'reopened', at));
      const pending = Object.entries(state?.registrations ?? {}).flatMap(([name, { status }]) =>
        status === 'PENDING' ? [name] : [],
      );
      // Its attempts go with it: whoever asks again looks up first.
      await pool.query(
        `with gone as (
           delete from refused_registrations where receipt = $1 and authority = any($2::text[]) returning *
         )
         insert into due_registrations
                (receipt, authority, client, metro, received_on, canonical, attempts, due_at)
         select receipt, authority, client, metro, received_on, canonical, attempts, now() from gone
         on conflict do nothing`,
        [receiptId, pending],
      );
    },
  };
}
