/** Compares what tills were promised with store, list and ledgers; knows nothing but addresses and the file of promises. */
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { clientOf } from '../../platform/client.ts';
import type { DemoCredential } from '../../platform/credentials.ts';
import { compare, type Found, type Promised } from './compare.ts';

export interface Evidence {
  promises: string;
  database: string;
  gateway: string;
  operations: DemoCredential;
  /** Authority → its URL. */
  offices: Readonly<Record<string, string>>;
}

process.on('message', (evidence: Evidence) => {
  judge(evidence).then(
    (verdict) => process.send?.({ verdict }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function judge({ promises, database, gateway, operations, offices }: Evidence) {
  const promised: Promised[] = readFileSync(promises, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const client = clientOf(gateway, operations);
  return compare(promised, {
    store: await storeOf(database),
    listed: await listOf(client),
    ledgers: new Map(
      await Promise.all(
        Object.entries(offices).map(async ([name, url]) => [name, await ledgerOf(url)] as const),
      ),
    ),
    authorities: await authoritiesOf(client),
  });
}

async function storeOf(connectionString: string): Promise<Found['store']> {
  const connection = new pg.Client({ connectionString });
  await connection.connect();
  const { rows } = await connection.query<{ stream: string; names: Record<string, number> }>(
    `select stream, jsonb_object_agg(type, n) as names
       from (select e.stream, e.type, count(*)::int as n
               from dabba.events e join dabba.streams s on s.id = e.stream
              where s.type = 'receipt' group by e.stream, e.type) counted
      group by stream`,
  );
  await connection.end();
  return new Map(rows.map(({ stream, names }) => [stream, new Map(Object.entries(names))]));
}

async function listOf(client: ReturnType<typeof clientOf>): Promise<Found['listed']> {
  const all: Found['listed'][number][] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path = `/api/v1/receipts?limit=10000${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const page: Page = await answered(client, path);
    all.push(...page.items);
    cursor = page.next_cursor;
  }
  return all;
}

interface Page {
  items: { id: string; type: string; status: string }[];
  next_cursor: string | null;
}

async function authoritiesOf(client: ReturnType<typeof clientOf>): Promise<Found['authorities']> {
  const { items } = await answered<{ items: { type: string; authorities: string[] }[] }>(
    client,
    '/api/v1/receipt-types',
  );
  return new Map(items.map(({ type, authorities }) => [type, authorities]));
}

async function ledgerOf(url: string): Promise<Map<string, number>> {
  const { receipts }: { receipts: Record<string, string[]> } = JSON.parse(
    await (await fetch(`${url}/_ledger`)).text(),
  );
  return new Map(Object.entries(receipts).map(([id, references]) => [id, references.length]));
}

async function answered<T>(client: ReturnType<typeof clientOf>, path: string): Promise<T> {
  const { status, body } = await client.get<T>(path);
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
  return body;
}
