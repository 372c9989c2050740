import type { Knex } from 'knex';

/** A dead letter: what an authority refused for good. */
export interface RefusedRow {
  receipt: string;
  authority: string;
  client: string;
  metro: string;
  attempts: number;
  reason: string;
  refused_at: Date;
}

export interface RefusedFilter {
  authority?: string;
  /** Of the last row of the page before. */
  after?: { refused_at: Date; receipt: string; authority: string };
  limit: number;
}

/** Oldest first. */
export function listRefused(db: Knex, { authority, after, limit }: RefusedFilter): Promise<RefusedRow[]> {
  const query = db<RefusedRow>('refused_registrations')
    .orderBy(['refused_at', 'receipt', 'authority'])
    .limit(limit)
    .select<RefusedRow[]>('receipt', 'authority', 'client', 'metro', 'attempts', 'reason', 'refused_at');
  if (authority !== undefined) query.where({ authority });
  if (after)
    query.whereRaw('(refused_at, receipt, authority) > (?, ?::uuid, ?)', [
      after.refused_at,
      after.receipt,
      after.authority,
    ]);
  return query;
}
