import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';

/** Milliseconds in which a feed has to be opened. */
const usableFor = 30_000;

export interface Admission {
  outletId: string;
  principal: string;
}

/** Something to open one feed with, once and soon, instead of a token in an address that logs would keep. */
export async function admit(pool: Pool, { outletId, principal }: Admission, now: number) {
  const ticket = randomBytes(24).toString('base64url');
  await pool.query('delete from feed_tickets where expires_at < $1', [new Date(now)]);
  await pool.query(
    'insert into feed_tickets (hash, outlet_id, principal, expires_at) values ($1, $2, $3, $4)',
    [...[hashOf(ticket), outletId, principal, new Date(now + usableFor)]],
  );
  return { ticket, expires_in: usableFor / 1000 };
}

/** Whom it lets in where; undefined for one that was used, is too old or was made up. Of several who try, one is let in. */
export async function redeem(pool: Pool, ticket: string, now: number): Promise<Admission | undefined> {
  const { rows } = await pool.query<{ outlet_id: string; principal: string }>(
    'delete from feed_tickets where hash = $1 and expires_at > $2 returning outlet_id, principal',
    [hashOf(ticket), new Date(now)],
  );
  const [row] = rows;
  return row && { outletId: row.outlet_id, principal: row.principal };
}

function hashOf(ticket: string): Buffer {
  return createHash('sha256').update(ticket).digest();
}
