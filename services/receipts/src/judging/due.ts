import type { PoolClient } from 'pg';
import { type Arrival, dayOf } from '../intake/arrival.ts';
import type { Canonical } from '../types/port.ts';

export type Due = Omit<Arrival, 'key'>;

interface Row {
  id: string;
  client: string;
  metro: string;
  format: Due['format'];
  type: string;
  hash: Buffer;
  raw: Buffer;
  received_at: Date;
}

/** Takes so many out of the queue, oldest first, for this transaction; other processes pass them over. */
export async function claim(client: PoolClient, most: number): Promise<Due[]> {
  const { rows } = await client.query<Row>({
    name: 'claim-judgements',
    text: `with claimed as (
             delete from due_judgements
              where id in (select id from due_judgements where due_at <= now() order by id limit $1
                             for update skip locked)
             returning id, received_on)
           select i.id, i.client, i.metro, i.format, i.type, i.hash, i.raw, i.received_at
             from claimed c join inbox i on i.received_on = c.received_on and i.id = c.id
            order by i.id`,
    values: [most],
  });
  return rows.map(({ received_at, ...row }) => ({ ...row, at: received_at.getTime() }));
}

/** Back into the queue for later: rules that throw are mended by people. */
export async function putOff(client: PoolClient, ids: readonly string[], seconds: number): Promise<void> {
  await client.query(
    `insert into due_judgements (id, received_on, due_at)
     select d.id, d.received_on, now() + make_interval(secs => $3)
       from unnest($1::uuid[], $2::date[]) d(id, received_on)`,
    [ids, ids.map(dayOf), seconds],
  );
}

export interface Asked {
  due: Due;
  canonical: Canonical;
  authorities: readonly string[];
}

/** Queues each receipt at each of its authorities. */
export async function ask(client: PoolClient, asked: readonly Asked[]): Promise<void> {
  const rows = asked.flatMap(({ due, canonical, authorities }) =>
    authorities.map((authority) => ({ due, canonical: JSON.stringify(canonical), authority })),
  );
  if (rows.length === 0) return;
  await client.query({
    name: 'ask-authorities',
    text: `insert into due_registrations (receipt, authority, client, metro, received_on, canonical, due_at)
           select r.*, now()
             from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::date[], $6::jsonb[]) r`,
    values: [
      rows.map(({ due }) => due.id),
      rows.map(({ authority }) => authority),
      rows.map(({ due }) => due.client),
      rows.map(({ due }) => due.metro),
      rows.map(({ due }) => dayOf(due.id)),
      rows.map(({ canonical }) => canonical),
    ],
  });
}
