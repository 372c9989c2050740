import type { Event, Metro } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';
import type { Pool } from 'pg';
import { sha256 } from './bundle.ts';

export type RootEvent = Event<'ReceiptDayRooted'>;

/** The last day that has a root, and the hash that the next one signs; null before the first. */
export type Roots = null | { day: string; hash: string };

/** One stream for all, so that the roots are one chain. */
export const rootStream: StreamType<Roots, RootEvent> = {
  name: 'receipt-roots',
  revision: 1,
  initial: () => null,
  evolve: (_roots, { data: { day, jws } }) => ({ day, hash: sha256(jws) }),
};

export function rootsRef({ id: metro }: Pick<Metro, 'id'>): StreamRef<Roots, RootEvent> {
  return { type: rootStream, id: 'receipt-roots', metro };
}

export interface RootRow {
  /** As 2026-11-20. */
  day: string;
  size: string;
  root: string;
  previous: string | null;
  hash: string;
  kid: string;
  jws: string;
  rooted_at: Date;
}

const columns = "to_char(day, 'YYYY-MM-DD') as day, size, root, previous, hash, kid, jws, rooted_at";

export async function rootOfDay(pool: Pool, day: string): Promise<RootRow | undefined> {
  const { rows } = await pool.query<RootRow>(`select ${columns} from receipt_roots where day = $1`, [day]);
  return rows[0];
}

/** Oldest first. */
export async function rootsAfter(pool: Pool, day: string, limit: number): Promise<RootRow[]> {
  const { rows } = await pool.query<RootRow>(
    `select ${columns} from receipt_roots where day > $1 order by receipt_roots.day limit $2`,
    [day, limit],
  );
  return rows;
}
