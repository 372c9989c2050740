import { column, shortTransaction } from '@dabba/event-store';
import { enqueueing } from '@dabba/tasks';
import type { Pool, QueryResultRow } from 'pg';
import { followNotice } from '../payment/tasks.ts';
import type { About, Notice } from '../provider/port.ts';

/**
 * Keeps what is new of those that may change a payment, and has it followed: durable when it returns. One that was told
 * before, by whichever way, is not followed again.
 * @returns how many were new
 */
export async function takeNotices(
  pool: Pool,
  provider: string,
  told: readonly Notice[],
  by: 'webhook' | 'poll',
): Promise<number> {
  const notices = told.filter(({ about }) => about !== null);
  if (notices.length === 0) return 0;
  let fresh = 0;
  await shortTransaction(pool, [keeping(provider, notices, by)], async (_client, [kept = []]) => {
    fresh = kept.length;
    return enqueueing(tasksOf(provider, notices, kept));
  });
  return fresh;
}

function keeping(provider: string, notices: readonly Notice[], by: 'webhook' | 'poll') {
  return {
    text: `insert into provider_notices (provider, event_id, type, intent_id, created_at, by)
           select $1, n.*, $6 from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[]) n
           on conflict do nothing returning event_id`,
    values: [
      provider,
      column.text(notices.map(({ id }) => id)),
      column.text(notices.map(({ type }) => type)),
      column.text(notices.map(({ intentId }) => intentId ?? null)),
      column.timestamptz(notices.map(({ createdAt }) => createdAt)),
      by,
    ],
  };
}

function tasksOf(provider: string, notices: readonly Notice[], kept: readonly QueryResultRow[]) {
  const fresh = new Set(kept.map(({ event_id }) => event_id));
  const changed = new Map<string, Set<About>>();
  for (const { id, about, intentId } of notices) {
    if (!fresh.has(id) || intentId === undefined || about === null) continue;
    changed.set(intentId, (changed.get(intentId) ?? new Set()).add(about));
  }
  return [...changed].flatMap(([intent, abouts]) => {
    // Whoever looks at the whole sees the intent, too.
    if (abouts.has('whole')) abouts.delete('intent');
    return [...abouts].map((about) => followNotice(provider, intent, about));
  });
}
