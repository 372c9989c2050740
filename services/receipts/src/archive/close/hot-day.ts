import { decodeEvent, type Events } from '@dabba/contracts';
import type { StoreDeps } from '@dabba/service-kit';
import type { Pool } from 'pg';
import { type Registration, receiptRef } from '../../receipt/receipt.ts';
import type { Format } from '../../types/port.ts';
import type { ArchivedAcknowledgement, ArchivedReceipt, ArchivedRegistration } from '../receipt.ts';

/** Receipts read at a time. */
const page = 500;

interface InboxRow {
  id: string;
  client: string;
  metro: string;
  format: Format;
  type: string;
  hash: Buffer;
  raw: Buffer;
  received_at: Date;
}

/** A receipt that may yet be reopened, and the version of its stream that was read. */
export interface Reopenable {
  id: string;
  version: number;
}

/**
 * Everything a day has in hot tables, in the order of ids. No transaction stays open between pages: what has ended does not change, except for a
 * receipt that is reopened, and those are added to `reopenable`. One that is not at its end is passed over where `open` says so.
 * @throws Error for such a one otherwise
 */
export async function* hotDay(
  { pool, store }: Pick<StoreDeps, 'pool' | 'store'>,
  day: string,
  reopenable: Reopenable[],
  open: 'refuse' | 'pass-over' = 'refuse',
): AsyncGenerator<ArchivedReceipt[]> {
  const schemas = new Map<string, string>();
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows } = await pool.query<InboxRow>(
      `select id, client, metro, format, type, hash, raw, received_at from inbox
        where received_on = $1 and id > $2 order by id limit ${page}`,
      [day, after],
    );
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
    const ids = rows.map(({ id }) => id);
    const [states, canonicals, answers] = await Promise.all([
      Promise.all(ids.map((id) => store.load(receiptRef(id, '')))),
      canonicalOf(pool, ids, schemas),
      acknowledgementsOf(pool, ids),
    ]);
    yield rows.flatMap((row, place): ArchivedReceipt[] => {
      const { state, version } = states[place] ?? {};
      if (!state || version === undefined || !ended.has(state.status)) {
        if (open === 'pass-over') return [];
        throw new Error(`The receipt ${row.id} is not at its end`);
      }
      if (state.status === 'FAILED') reopenable.push({ id: row.id, version });
      const { received_at, ...plain } = row;
      const canonical = canonicals.get(row.id);
      return [
        {
          ...plain,
          version: state.version,
          status: state.status,
          receivedAt: received_at.getTime(),
          acceptedAt: state.acceptedAt,
          number: canonical?.number ?? null,
          issuedAt: canonical?.issuedAt ?? null,
          seller: canonical?.seller ?? null,
          total: canonical?.total ?? null,
          currency: canonical?.currency ?? null,
          checks: state.checks,
          failures: state.failures,
          registrations: Object.entries(state.registrations).map(([authority, one]) =>
            registrationOf(authority, one),
          ),
          acknowledgements: answers.get(row.id) ?? [],
        },
      ];
    });
  }
}

const ended: ReadonlySet<string> = new Set(['ACCEPTED', 'REJECTED', 'FAILED']);

function registrationOf(authority: string, registration: Registration): ArchivedRegistration {
  const { status } = registration;
  switch (status) {
    case 'PENDING':
      return { authority, status, external_ref: null, reason: null, attempts: 0, answered_at: null };
    case 'REGISTERED': {
      const { externalRef: external_ref, attempts, at } = registration;
      return { authority, status, external_ref, reason: null, attempts, answered_at: at };
    }
    case 'REFUSED': {
      const { reason, attempts, at } = registration;
      return { authority, status, external_ref: null, reason, attempts, answered_at: at };
    }
    default:
      return registration satisfies never;
  }
}

/** What the documents were found to say, from their second event. @param schemas of older writers, as they are met */
async function canonicalOf(pool: Pool, ids: readonly string[], schemas: Map<string, string>) {
  const { rows } = await pool.query<{ stream: string; data: Buffer; schema: string }>(
    `select stream, data, schema from dabba.events
      where stream = any($1::text[]) and version = 2 and type = 'ReceiptValidated'`,
    [ids],
  );
  const missing = [...new Set(rows.map(({ schema }) => schema))].filter((schema) => !schemas.has(schema));
  if (missing.length > 0) {
    const found = await pool.query<{ fingerprint: string; json: string }>(
      'select fingerprint, json from dabba.schemas where fingerprint = any($1)',
      [missing],
    );
    for (const { fingerprint, json } of found.rows) schemas.set(fingerprint, json);
  }
  return new Map<string, Events['ReceiptValidated']>(
    rows.map(({ stream, data, schema }) => [
      stream,
      decodeEvent('ReceiptValidated', data, schemas.get(schema)),
    ]),
  );
}

async function acknowledgementsOf(
  pool: Pool,
  ids: readonly string[],
): Promise<Map<string, ArchivedAcknowledgement[]>> {
  const { rows } = await pool.query<{
    receipt: string;
    authority: string;
    at: Date;
    outcome: string;
    body: string;
  }>(
    `select receipt, authority, at, outcome, body from acknowledgements
      where receipt = any($1::uuid[]) order by receipt, at, authority`,
    [ids],
  );
  const found = new Map<string, ArchivedAcknowledgement[]>();
  for (const { receipt, authority, at, outcome, body } of rows) {
    const known = found.get(receipt) ?? [];
    found.set(receipt, known);
    known.push({ authority, outcome, answered_at: at.getTime(), body });
  }
  return found;
}
