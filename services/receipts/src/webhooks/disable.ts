import type { StoreDeps } from '@dabba/service-kit';
import { rowsAndEvents } from '../rows-and-events.ts';
import { type WebhookId, webhookRef } from './endpoint.ts';

type DisableDeps = Pick<StoreDeps, 'pool' | 'store' | 'now'>;

interface Failing extends WebhookId {
  metro: string;
  failing_since: Date;
  last_error: string | null;
}

/** Switches off what has taken nothing for so many milliseconds, so that its client notices and nobody goes on for ever. */
export async function disableFailing(deps: DisableDeps, patience: number): Promise<void> {
  const { rows } = await deps.pool.query<Failing>(
    `select w.client, w.name, w.metro, w.failing_since,
            (select d.last_error from webhook_deliveries d where d.endpoint = w.id and d.last_error is not null
              order by d.due_at desc limit 1) as last_error
       from webhook_endpoints w
      where w.status = 'ENABLED' and w.failing_since < now() - $1 * interval '1 millisecond'`,
    [patience],
  );
  for (const { failing_since, last_error, ...failing } of rows)
    await disable(deps, failing, `Since ${failing_since.toISOString()} it took nothing: ${last_error ?? ''}`);
}

/** What waits for it is a dead letter from then on. Does nothing where it is switched off or gone already. */
export async function disable(
  deps: DisableDeps,
  { client: clientId, name, metro }: WebhookId & { metro: string },
  reason: string,
): Promise<void> {
  const at = deps.now();
  const ref = webhookRef({ client: clientId, name }, metro);
  await rowsAndEvents(deps, ref, { actor: 'receipts', now: at }, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `update webhook_endpoints set status = 'DISABLED', disabled_reason = $3
        where client = $1 and name = $2 and status = 'ENABLED' returning id`,
      [clientId, name, reason],
    );
    const [disabled] = rows;
    if (!disabled) return { result: undefined, events: [] };
    await client.query(
      'update webhook_deliveries set dead_at = now() where endpoint = $1 and dead_at is null',
      [disabled.id],
    );
    const data = { clientId, webhookId: name, reason, disabledAt: at };
    return { result: undefined, events: [{ type: 'ReceiptWebhookDisabled', data }] };
  });
}

/** Days for which a dead letter can be sent again. */
const keptDead = 30;

export async function forgetDead({ pool }: Pick<StoreDeps, 'pool'>): Promise<void> {
  await pool.query(`delete from webhook_deliveries where dead_at < now() - $1 * interval '1 day'`, [
    keptDead,
  ]);
}
