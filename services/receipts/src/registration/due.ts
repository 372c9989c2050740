import type { Pool } from 'pg';
import type { Registrable } from '../authorities/port.ts';

/** A row that is ours until its lease ends: nobody else asks for this receipt meanwhile. */
export interface Claimed extends Registrable {
  metro: string;
  /** Times it was claimed, this one included; also what tells this lease from the next. */
  attempts: number;
}

export interface Claim {
  authority: string;
  /** Clients after this one, in their order; the round begins again where it comes back short. */
  after: string;
  most: number;
  /** Milliseconds. */
  lease: number;
  /** Most of a client. */
  burst: number;
  /** Most of those that may not have `burst` now. */
  left: ReadonlyMap<string, number>;
}

interface Row {
  receipt: string;
  client: string;
  metro: string;
  canonical: Registrable['canonical'];
  attempts: number;
  /** Whether its raw bytes are in the inbox; without them the rest is null. */
  kept: boolean;
  type: string;
  format: Registrable['format'];
  hash: string;
  raw: Buffer;
}

/** Milliseconds after which somebody may have brought lost bytes back. */
const lost = 60_000;

/**
 * Takes due rows, going round the clients so that none waits behind another's queue. That they are being asked for is
 * committed before anybody is asked: who finds attempts > 0 later on looks up first. The clock is the database's.
 */
export async function claim(pool: Pool, wanted: Claim): Promise<{ rows: Claimed[]; bare: Later[] }> {
  const { authority, after, most, lease, burst, left } = wanted;
  const { rows } = await pool.query<Row>({
    name: 'claim-registrations',
    text: `
      with recursive clients(client) as (
        (select d.client from due_registrations d
          where d.authority = $1 and d.client > $2 order by d.client limit 1)
        union all
        select (select d.client from due_registrations d
                 where d.authority = $1 and d.client > c.client order by d.client limit 1)
          from clients c where c.client is not null
      ), picked as (
        select p.receipt from clients c
         cross join lateral (
           select d.receipt from due_registrations d
            where d.authority = $1 and d.client = c.client and d.due_at <= now()
            order by d.due_at
            limit coalesce((select l.tokens from unnest($5::text[], $6::int[]) l(client, tokens)
                             where l.client = c.client), $4)
              for update skip locked) p
         where c.client is not null
         limit $3
      ), claimed as (
        update due_registrations d
           set attempts = d.attempts + 1, due_at = now() + $7 * interval '1 millisecond'
          from picked p
         where d.receipt = p.receipt and d.authority = $1
        returning d.receipt, d.client, d.metro, d.received_on, d.canonical, d.attempts
      )
      select c.receipt, c.client, c.metro, c.canonical, c.attempts,
             i.id is not null as kept, i.type, i.format, encode(i.hash, 'hex') as hash, i.raw
        from claimed c
        left join inbox i on i.received_on = c.received_on and i.id = c.receipt
       order by c.client, c.receipt`,
    values: [authority, after, most, burst, [...left.keys()], [...left.values()], lease],
  });
  const claimed = rows.map(({ receipt: receiptId, client: clientId, ...row }) => ({
    ...row,
    receiptId,
    clientId,
  }));
  return {
    rows: claimed.flatMap(({ kept, ...row }) => (kept ? [row] : [])),
    bare: claimed.flatMap(({ kept, receiptId, attempts }) =>
      kept ? [] : [{ receiptId, attempts, wait: lost, reason: 'Its raw bytes are not in the inbox' }],
    ),
  };
}

export interface Later {
  receiptId: string;
  attempts: number;
  /** Milliseconds from now. */
  wait: number;
  reason: string;
}

/** Gives leases back; those that have passed to others stay with them. */
export async function putOff(pool: Pool, authority: string, later: readonly Later[]): Promise<void> {
  if (later.length === 0) return;
  await pool.query({
    name: 'put-off-registrations',
    text: `update due_registrations d
              set due_at = now() + l.wait * interval '1 millisecond', last_error = l.reason
             from unnest($2::uuid[], $3::int[], $4::float8[], $5::text[]) l(receipt, attempts, wait, reason)
            where d.receipt = l.receipt and d.authority = $1 and d.attempts = l.attempts`,
    values: [
      authority,
      later.map(({ receiptId }) => receiptId),
      later.map(({ attempts }) => attempts),
      later.map(({ wait }) => wait),
      later.map(({ reason }) => reason),
    ],
  });
}

export interface Queue {
  authority: string;
  due: number;
  refused: number;
  /** Seconds by which the row that is most overdue is late; 0 where none is. */
  overdueSeconds: number;
}

export async function queues(pool: Pool, authorities: readonly string[]): Promise<Queue[]> {
  const { rows } = await pool.query<{ authority: string; due: number; refused: number; overdue: number }>(
    `select a.authority,
            (select count(*)::int from due_registrations d where d.authority = a.authority) as due,
            (select count(*)::int from refused_registrations r where r.authority = a.authority) as refused,
            greatest(0, extract(epoch from now() - (select min(d.due_at) from due_registrations d
                                                     where d.authority = a.authority)))::float8 as overdue
       from unnest($1::text[]) a(authority)`,
    [authorities],
  );
  return rows.map(({ overdue, ...row }) => ({ ...row, overdueSeconds: overdue ?? 0 }));
}
