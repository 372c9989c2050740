import { type Refusal, refuse } from '@dabba/event-store';
import { dayOf } from '../intake/arrival.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { Found } from '../status/kept.ts';
import { type Bundle, kind, type Leaf, partHashes } from './bundle.ts';
import { keptOf } from './kept.ts';
import { rootOfDay, rootsAfter } from './roots.ts';
import { sign } from './signed.ts';
import type { ProofDeps } from './task.ts';
import { placeIn } from './tree.ts';

const day = 86_400_000;

/** Everything that proves what became of a receipt; a refusal while the root of its day is not signed. */
export async function issueProof(
  deps: ProofDeps,
  id: string,
  { receipt }: Found,
  withDocument: boolean,
): Promise<Bundle | Refusal> {
  const { pool, objects, keys, now } = deps;
  const of = dayOf(id);
  const root = await rootOfDay(pool, of);
  if (!root) return (await rootsAfter(pool, of, 1)).length > 0 ? never(of) : notYet(of, deps);
  const place = await placeIn(objects, of, id);
  if (!place) throw new Error(`The receipt ${id} is not in the tree of its day`);
  const kept = await keptOf(deps, id);
  const { status, registrations, failures } = receipt;
  const unsigned = {
    kind,
    issued_at: new Date(now()).toISOString(),
    receipt: leafOf(id, receipt),
    outcome: {
      status,
      rules: await rulesOf(deps, receipt, kept?.format),
      failures: failures.map(({ rule, pointer, detail }) => ({ rule, pointer, detail })),
      registrations: Object.entries(registrations).map(([authority, one]) => ({
        authority,
        status: one.status,
        reference: one.status === 'REGISTERED' ? one.externalRef : null,
        at: one.status === 'PENDING' ? null : new Date(one.at).toISOString(),
      })),
    },
    acknowledgements: kept?.acknowledgements ?? [],
    inclusion: {
      day: of,
      index: place.index,
      size: place.size,
      path: place.path.map((hash) => hash.toString('hex')),
    },
    root: root.jws,
  } as const;
  const hashes = partHashes(unsigned);
  const signature = await sign({ kind, parts: hashes }, 'dabba-receipt-proof', await keys.current());
  return {
    ...unsigned,
    document: withDocument ? (kept?.raw.toString('base64') ?? null) : null,
    signature,
  };
}

function leafOf(id: string, { clientId: client, type, hash, receivedAt }: NonNullable<Receipt>): Leaf {
  return { id, client, type, hash, received_at: new Date(receivedAt).toISOString() };
}

async function rulesOf(
  { pool }: Pick<ProofDeps, 'pool'>,
  { type, version }: NonNullable<Receipt>,
  format: 'JSON' | 'XML' | undefined,
) {
  if (version === null || format === undefined) return null;
  const { rows } = await pool.query<{ hash: string }>(
    'select hash from receipt_types where type = $1 and format = $2 and version = $3',
    [type, format, version],
  );
  const [row] = rows;
  return row ? { type, format, version, definition_hash: row.hash } : null;
}

/** Of what was brought into the archive from elsewhere. */
function never(of: string): Refusal {
  return refuse(
    409,
    'day-without-root',
    `${of} was over before days got roots here: nothing proves its receipts.`,
  );
}

/** When to come back: a day is rooted a little after its end. */
function notYet(of: string, { now, grace }: ProofDeps): Refusal {
  const at = Date.parse(of) + day + grace;
  return {
    ...refuse(409, 'receipt-not-rooted', `The root of ${of} is signed after ${new Date(at).toISOString()}.`, {
      rooted_after: new Date(at).toISOString(),
    }),
    retryAfter: Math.max(60, Math.ceil((at - now()) / 1000)),
  };
}
