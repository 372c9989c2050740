import { transaction } from '@dabba/event-store';
import { enqueueTasks } from '@dabba/tasks';
import type { Pool } from 'pg';
import { type About, followNotice } from '../payment/tasks.ts';
import type { Notice } from '../provider/port.ts';

/** That something happened that may change a payment; others are only counted as seen. */
const matters = /^(payment_intent\.(?!created)|charge\.(refunded|captured|dispute)|refund\.)/;

/**
 * Keeps what is new of these, and has it followed: durable when it returns. One that was told before, by whichever way, is not
 * followed again.
 * @returns how many were new
 */
export function takeNotices(
  pool: Pool,
  provider: string,
  notices: readonly Notice[],
  by: 'webhook' | 'poll',
): Promise<number> {
  if (notices.length === 0) return Promise.resolve(0);
  return transaction(pool, async (client) => {
    const { rows } = await client.query<{ event_id: string }>(
      `insert into provider_notices (provider, event_id, type, intent_id, created_at, by)
       select $1, n.id, n.type, n.intent, to_timestamp(n.at / 1000.0), $6
         from unnest($2::text[], $3::text[], $4::text[], $5::float8[]) n(id, type, intent, at)
       on conflict do nothing returning event_id`,
      [
        provider,
        notices.map(({ id }) => id),
        notices.map(({ type }) => type),
        notices.map(({ intentId }) => intentId ?? null),
        notices.map(({ createdAt }) => createdAt),
        by,
      ],
    );
    const fresh = new Set(rows.map(({ event_id }) => event_id));
    const told = new Map<string, About>();
    for (const { id, type, intentId } of notices) {
      if (!fresh.has(id) || intentId === undefined || !matters.test(type)) continue;
      if (!type.startsWith('payment_intent.')) told.set(intentId, 'whole');
      else if (!told.has(intentId)) told.set(intentId, 'intent');
    }
    await enqueueTasks(
      client,
      [...told].map(([intent, about]) => followNotice(provider, intent, about)),
    );
    return fresh.size;
  });
}
