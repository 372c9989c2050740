import type { StoreDeps } from '@dabba/service-kit';

/** Milliseconds for which an event of a provider is known again. Providers tell of one for days, and are asked for a day at most. */
const kept = 30 * 24 * 3_600_000;

/** @returns how many were forgotten */
export async function forgetNotices({ pool, now }: Pick<StoreDeps, 'pool' | 'now'>): Promise<number> {
  const { rowCount } = await pool.query('delete from provider_notices where received_at < $1', [
    new Date(now() - kept),
  ]);
  return rowCount ?? 0;
}
