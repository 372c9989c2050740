import type { ClientBase, Pool } from 'pg';
import type { Answer } from '../registration/decide.ts';
import { type Acknowledgement, sha256 } from './bundle.ts';

/** What authorities said, in the transaction that makes events of it. */
export async function keepSaid(client: ClientBase, answers: readonly Answer[]): Promise<void> {
  const said = answers.flatMap(({ said: body, ...answer }) =>
    body === undefined ? [] : [{ ...answer, body }],
  );
  if (said.length === 0) return;
  await client.query({
    name: 'keep-acknowledgements',
    text: `insert into acknowledgements (receipt, authority, at, outcome, body)
           select * from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[])
           on conflict do nothing`,
    values: [
      said.map(({ receiptId }) => receiptId),
      said.map(({ authority }) => authority),
      said.map(({ at }) => new Date(at).toISOString()),
      said.map(({ outcome }) => outcome),
      said.map(({ body }) => body),
    ],
  });
}

interface Row {
  authority: string;
  at: Date;
  outcome: Acknowledgement['outcome'];
  body: string;
}

/** What authorities said of a receipt for good, oldest first, until its day is archived. */
export async function acknowledgementsOf(pool: Pool, receiptId: string): Promise<Acknowledgement[]> {
  const { rows } = await pool.query<Row>({
    name: 'acknowledgements',
    text: 'select authority, at, outcome, body from acknowledgements where receipt = $1 order by at, authority',
    values: [receiptId],
  });
  return rows.map(({ at, ...row }) => acknowledgement({ ...row, at: at.getTime() }));
}

/** @param said `at`: UTC milliseconds */
export function acknowledgement(said: {
  authority: string;
  outcome: Acknowledgement['outcome'];
  at: number;
  body: string;
}): Acknowledgement {
  return { ...said, at: new Date(said.at).toISOString(), body_hash: sha256(said.body) };
}
