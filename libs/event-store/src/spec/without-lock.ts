import type { Pool } from 'pg';

const lock = /perform pg_advisory_xact_lock\(\d+\);/;
const gapless = /if last_position - first_position \+ 1 <> changed then[\s\S]*?end if;/;

/** Sabotage: append_batch without its lock and without the check that notices it. */
export async function removeAppendLock(pool: Pool): Promise<void> {
  const found = await pool.query<{ text: string }>(
    "select pg_get_functiondef('dabba.append_batch'::regproc) as text",
  );
  const text = found.rows[0]?.text ?? '';
  if (!lock.test(text) || !gapless.test(text)) throw new Error('append_batch looks otherwise');
  await pool.query(text.replace(lock, '').replace(gapless, ''));
}
