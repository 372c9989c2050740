import { createTables } from '@dabba/projections';
import type { StoreDeps } from '@dabba/service-kit';
import { arrivalOf } from '../../intake/arrival.ts';
import { takeInto } from '../../intake/take.ts';
import { judgeDue } from '../../judging/judge.ts';
import { receiptList } from '../../read-models/receipt-list.ts';
import { recorder } from '../../registration/record.ts';
import { idAt } from '../spec/receipts.ts';

/** Bytes of Postgres a receipt, after it went through intake, judging and one authority; indexes included. */
export async function hotBytes(deps: StoreDeps, documents: readonly Buffer[]): Promise<number> {
  const { pool } = deps;
  await createTables(receiptList, pool);
  const take = takeInto(pool);
  const at = deps.now();
  const arrivals = documents.map((raw, n) =>
    arrivalOf(
      { client: `client_${n % 500}`, metro: 'sfo', format: 'JSON', type: 'us-sales-receipt', raw, at },
      `key-${n}`,
    ),
  );
  await Promise.all(arrivals.map(take));
  const version = {
    type: 'us-sales-receipt',
    version: 1,
    format: 'JSON',
    authorities: ['tax-office'],
  } as const;
  const canonical = {
    number: 'R-1234-100-abcdef',
    issuedAt: at,
    seller: '123456789',
    total: 2490,
    currency: 'USD',
  };
  const judgement = { version, passed: ['schema', 'total', 'tax', 'lines'], failures: [], canonical };
  while ((await judgeDue({ ...deps, types: { judge: () => judgement }, parse: () => null })) > 0);
  const record = recorder(deps);
  const registered = {
    metro: 'sfo',
    authority: 'tax-office',
    outcome: 'REGISTERED',
    attempts: 1,
    at,
  } as const;
  const said = {
    externalRef: 'TX-0123456789',
    said: `{"id":"${'0'.repeat(36)}","reference":"TX-0123456789","status":"registered"}`,
  };
  await Promise.all(arrivals.map(({ id: receiptId }) => record({ receiptId, ...registered, ...said })));
  await pool.query(
    `insert into receipt_list (receipt_id, client_id, type, status, received_at, total, currency)
     select i.id, i.client, i.type, 'ACCEPTED', i.received_at, 2490, 'USD' from inbox i`,
  );
  await pool.query('vacuum full');
  const { rows } = await pool.query<{ bytes: string }>(
    `select sum(pg_total_relation_size(c.oid)) as bytes from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and (c.relname like 'inbox_%' or c.relname in ('arrivals', 'acknowledgements', 'receipt_list')
         or (n.nspname = 'dabba' and c.relname in ('streams', 'events')))`,
  );
  return Number(rows[0]?.bytes) / documents.length;
}

/** So many rows of the list, evenly over the last thirty days and a thousand clients. */
export async function fillList({ pool, now }: StoreDeps, rows: number): Promise<void> {
  const start = now() - 30 * 86_400_000;
  const page = 50_000;
  for (let from = 0; from < rows; from += page) {
    const some = Array.from(
      { length: Math.min(page, rows - from) },
      (_, n) => start + Math.floor(((from + n) * 30 * 86_400_000) / rows),
    );
    await pool.query(
      `insert into receipt_list (receipt_id, client_id, type, status, received_at, total, currency)
       select w.id, 'client_' || lpad((w.n * 7919::bigint % 1000)::text, 5, '0'), 'us-sales-receipt', 'ACCEPTED', to_timestamp(w.at / 1000.0), 2490, 'USD'
         from unnest($1::uuid[], $2::float8[], $3::int[]) w(id, at, n) on conflict do nothing`,
      [some.map((at, n) => idAt(at, from + n)), some, some.map((_, n) => from + n)],
    );
  }
  await pool.query('vacuum analyze receipt_list');
}
