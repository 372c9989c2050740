import { gunzipSync, gzipSync } from 'node:zlib';
import type { ClientBase, Pool } from 'pg';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ObjectStore } from '../archive/objects.ts';
import { dayOf } from '../intake/arrival.ts';
import type { Answer } from '../registration/decide.ts';
import { type Acknowledgement, sha256 } from './bundle.ts';

type Objects = Pick<ObjectStore, 'put' | 'get' | 'list'>;

const Said = Type.Object({
  receipt: Type.String(),
  authority: Type.String(),
  /** ISO. */
  at: Type.String(),
  outcome: Type.Enum(['REGISTERED', 'REFUSED']),
  body: Type.String(),
});
const checked = Compile(Said);

interface Row {
  receipt: string;
  authority: string;
  at: Date;
  outcome: Acknowledgement['outcome'];
  body: string;
}

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

/** All that authorities said of a receipt for good, oldest first, from the table and from the objects of its day. */
export async function acknowledgementsOf(
  { pool, objects }: { pool: Pool; objects: Objects },
  receiptId: string,
): Promise<Acknowledgement[]> {
  const { rows } = await pool.query<Row>(
    'select receipt, authority, at, outcome, body from acknowledgements where receipt = $1',
    [receiptId],
  );
  const kept = await keptOf(objects, receiptId);
  const all = [...kept, ...rows].map(({ authority, outcome, at, body }) => ({
    authority,
    outcome,
    at: new Date(at).toISOString(),
    body,
    body_hash: sha256(body),
  }));
  const once = new Map(all.map((one) => [`${one.authority} ${one.at}`, one]));
  return [...once.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
}

const prefixOf = (day: string) => `proofs/${day}.said.`;

async function keptOf(objects: Objects, receiptId: string) {
  const prefix = prefixOf(dayOf(receiptId));
  const found = [];
  for (const key of await objects.list(prefix)) {
    const [first = '', last = ''] = key.slice(prefix.length).split('_');
    if (receiptId < first || receiptId > last.slice(0, receiptId.length)) continue;
    const lines = gunzipSync((await objects.get(key)) ?? gzipSync(''))
      .toString()
      .split('\n');
    for (const line of lines.filter((each) => each.includes(receiptId))) {
      const said: unknown = JSON.parse(line);
      if (checked.Check(said) && said.receipt === receiptId) found.push(said);
    }
  }
  return found;
}

/** Rows of one object. */
const most = 20_000;

/** Moves what was said of receipts that came before an instant into objects beside their trees; some may come later still. */
export async function archiveSaid(
  { pool, objects }: { pool: Pool; objects: Objects },
  before: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await pool.query<Row>(
      `select receipt, authority, at, outcome, body from acknowledgements
        where receipt < $1 order by receipt, authority, at limit $2`,
      [lowestAt(before), most],
    );
    const [first] = rows;
    if (!first) return;
    const ofDay = rows.filter(({ receipt }) => dayOf(receipt) === dayOf(first.receipt));
    const last = ofDay.at(-1) ?? first;
    const text = ofDay.map(({ at, ...row }) => JSON.stringify({ ...row, at: at.toISOString() })).join('\n');
    const key = `${prefixOf(dayOf(first.receipt))}${first.receipt}_${last.receipt}_${sha256(text).slice(0, 8)}.jsonl.gz`;
    await objects.put(key, gzipSync(text));
    await pool.query(
      `delete from acknowledgements a using unnest($1::uuid[], $2::text[], $3::timestamptz[]) o(receipt, authority, at)
        where a.receipt = o.receipt and a.authority = o.authority and a.at = o.at`,
      [
        ofDay.map(({ receipt }) => receipt),
        ofDay.map(({ authority }) => authority),
        ofDay.map(({ at }) => at.toISOString()),
      ],
    );
  }
}

/** No id that was made at this instant or later is below it. */
function lowestAt(millis: number): string {
  const hex = Math.floor(millis).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
