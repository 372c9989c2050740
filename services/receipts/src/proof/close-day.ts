import { canonical } from '@dabba/contracts';
import type { StoreDeps } from '@dabba/service-kit';
import type { Pool } from 'pg';
import type { ObjectStore } from '../archive/objects.ts';
import { rowsAndEvents } from '../rows-and-events.ts';
import { type Leaf, sha256 } from './bundle.ts';
import type { RootKeys } from './keys.ts';
import { leafHash } from './merkle.ts';
import { dayAfter, type Root } from './root.ts';
import { rootsAfter, rootsRef } from './roots.ts';
import { sign } from './signed.ts';
import { type Entry, keepTree, rootKey } from './tree.ts';

export interface ClosingDeps extends Pick<StoreDeps, 'pool' | 'store' | 'now' | 'region' | 'log'> {
  keys: RootKeys;
  objects: Pick<ObjectStore, 'put' | 'get'>;
  /** Milliseconds after midnight for which receipts of the day may still be written. */
  grace: number;
}

const day = 86_400_000;
/** Leaves read and hashed at once: others want the processor, too. */
const page = 1_000;
/** Newest roots that are looked for in the object store. */
const looked = 7;

/** Closes all days that are over, each after the one before. Again it does nothing. */
export async function closeDays(deps: ClosingDeps, signal: AbortSignal): Promise<void> {
  const { pool, store, now, grace, region } = deps;
  const [metro] = region.metros;
  if (!metro) throw new Error('A region without metros');
  for (;;) {
    signal.throwIfAborted();
    const { state } = await store.load(rootsRef(metro));
    const next = state === null ? await firstDay(pool) : dayAfter(state.day);
    if (next === undefined || now() < Date.parse(next) + day + grace) break;
    await closeDay(deps, metro, next, state?.hash ?? null);
  }
  await publish(deps);
}

/** The day's first: everything of it is fixed before anything is signed, so that whoever does it again signs the same. */
async function closeDay(
  deps: ClosingDeps,
  metro: { id: string },
  of: string,
  previous: string | null,
): Promise<void> {
  const { pool, keys, objects, now, log } = deps;
  await pool.query('select seal_inbox_day($1)', [of]);
  const { size, root } = await keepTree(objects, of, leavesOf(pool, of));
  const at = now();
  const signed: Root = { day: of, size, root, previous, signed_at: at };
  const key = await keys.current();
  const jws = await sign(signed, 'dabba-receipt-root', key);
  const hash = sha256(jws);
  const done = await rowsAndEvents(
    deps,
    rootsRef(metro),
    { actor: 'task:close-receipt-days', now: at },
    async (client, state) => {
      // Another process was faster.
      if ((state?.hash ?? null) !== previous) return { result: false, events: [] };
      await client.query(
        `insert into receipt_roots (day, size, root, previous, hash, kid, jws, rooted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [of, size, root, previous, hash, key.kid, jws, new Date(at).toISOString()],
      );
      const data = { day: of, size, root, previous, kid: key.kid, jws, rootedAt: at };
      return { result: true, events: [{ type: 'ReceiptDayRooted', data }] };
    },
  );
  if (!done) return;
  await objects.put(rootKey(of), Buffer.from(jws));
  log.info({ day: of, receipts: size, root }, 'the root of a day is signed');
}

/** Roots whose process died before it put them beside their leaves, where they outlive this database. */
async function publish({ pool, objects, now }: ClosingDeps): Promise<void> {
  const from = new Date(now() - (looked + 1) * day).toISOString().slice(0, 10);
  for (const { day: of, jws } of await rootsAfter(pool, from, looked))
    if (!(await objects.get(rootKey(of)))) await objects.put(rootKey(of), Buffer.from(jws));
}

async function firstDay(pool: Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ day: string | null }>(
    `select to_char(min(received_on), 'YYYY-MM-DD') as day from inbox`,
  );
  return rows[0]?.day ?? undefined;
}

interface Row {
  id: string;
  client: string;
  type: string;
  hash: string;
  received_at: Date;
}

async function* leavesOf(pool: Pool, of: string): AsyncGenerator<Entry> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows } = await pool.query<Row>({
      name: 'leaves-of-day',
      text: `select id, client, type, encode(hash, 'hex') as hash, received_at
               from inbox where received_on = $1 and id > $2 order by id limit $3`,
      values: [of, after, page],
    });
    for (const row of rows) {
      yield { id: row.id, hash: leafHash(leafText({ ...row, received_at: row.received_at.toISOString() })) };
      after = row.id;
    }
    if (rows.length < page) return;
  }
}

function leafText({ id, client, type, hash, received_at }: Leaf): string {
  return canonical({ id, client, type, hash, received_at });
}
