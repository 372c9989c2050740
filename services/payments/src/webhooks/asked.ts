import type { Pool } from 'pg';

/** Up to when a provider was asked for this; undefined: never. UTC milliseconds. */
export async function askedAt(pool: Pool, what: string): Promise<number | undefined> {
  const { rows } = await pool.query<{ asked_at: Date }>(
    'select asked_at from provider_polls where provider = $1',
    [what],
  );
  return rows[0]?.asked_at.getTime();
}

export async function askedUpTo(pool: Pool, what: string, at: number): Promise<void> {
  await pool.query(
    `insert into provider_polls (provider, asked_at) values ($1, $2)
     on conflict (provider) do update set asked_at = greatest(provider_polls.asked_at, excluded.asked_at)`,
    [what, new Date(at)],
  );
}
