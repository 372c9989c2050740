import type { Pool } from 'pg';

interface Found {
  rooted: boolean;
  judgements: number;
  registrations: number;
  inbox: number;
  ended: number;
  listed: number;
}

/**
 * What a day still waits for before it can be archived; undefined when it is ready: its root is signed, nothing of it is due, every receipt is at
 * its end, and the list says the same of each.
 */
export async function waitsFor(pool: Pool, day: string): Promise<string | undefined> {
  const { rows } = await pool.query<Found>(
    `select exists (select from receipt_roots where day = $1) as rooted,
            (select count(*)::int from due_judgements where received_on = $1) as judgements,
            (select count(*)::int from due_registrations where received_on = $1) as registrations,
            (select count(*)::int from inbox where received_on = $1) as inbox,
            (select count(*)::int from inbox i join dabba.streams s on s.id = i.id::text
              where i.received_on = $1 and s.state ->> 'status' in ('ACCEPTED', 'REJECTED', 'FAILED')) as ended,
            (select count(*)::int from receipt_list l join dabba.streams s on s.id = l.receipt_id::text
              where l.receipt_id >= first_receipt_of($1) and l.receipt_id < first_receipt_of($1::date + 1)
                and l.status = s.state ->> 'status') as listed`,
    [day],
  );
  const [found] = rows;
  if (!found || (!found.rooted && found.inbox > 0)) return 'its root, which is not signed yet';
  const { judgements, registrations, inbox, ended, listed } = found;
  if (judgements > 0) return `${judgements} judgements`;
  if (registrations > 0) return `${registrations} answers of authorities`;
  if (ended < inbox) return `the ends of ${inbox - ended} receipts`;
  return listed < inbox ? `the list, which is behind by ${inbox - listed} receipts` : undefined;
}
