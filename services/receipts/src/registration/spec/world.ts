import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, type Recorded } from '@dabba/contracts';
import { connect, type StoreDeps } from '@dabba/service-kit';
import { type TestDatabase, testDatabase, uniquePrefix } from '@dabba/testing';
import { startLogistics } from '../../../../../e2e/simulators/logistics/logistics.ts';
import type { RunningOffice } from '../../../../../e2e/simulators/office/server.ts';
import { startTaxOffice } from '../../../../../e2e/simulators/tax-office/tax-office.ts';
import { arrivalOf } from '../../intake/arrival.ts';
import { takeInto } from '../../intake/take.ts';
import { judgeDue } from '../../judging/judge.ts';
import { registrationService } from './service.ts';
import { quick } from './settings.ts';

/** A database and two offices that nobody else has. */
export interface World {
  database: TestDatabase;
  env: NodeJS.ProcessEnv;
  tax: RunningOffice;
  log: RunningOffice;
  /** Dependencies as of one more process. */
  replica(): Promise<StoreDeps>;
  /** Receipts on their way to these authorities; their ids. */
  place(documents: readonly Document[]): Promise<string[]>;
  close(): Promise<void>;
}

export interface Document {
  client?: string;
  number: string;
  authorities?: readonly string[];
}

export async function openWorld(settings: Readonly<Record<string, string>> = {}): Promise<World> {
  const database = await testDatabase('registration', 4);
  const folder = await mkdtemp(join(tmpdir(), 'registration-'));
  const tax = await startTaxOffice({ ledger: join(folder, 'tax.jsonl') });
  const log = await startLogistics({ ledger: join(folder, 'log.jsonl') });
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    LOG_LEVEL: 'fatal',
    RECEIPTS_DATABASE_URL: database.url,
    KAFKA_PREFIX: uniquePrefix('registration'),
    TAX_OFFICE_URL: tax.url,
    LOGISTICS_URL: log.url,
    TAX_OFFICE_TIMEOUT: quick.TIMEOUT,
    TAX_OFFICE_SETTLES: quick.SETTLES,
    LOGISTICS_TIMEOUT: quick.TIMEOUT,
    LOGISTICS_SETTLES: quick.SETTLES,
    ...settings,
  };
  const closing: (() => Promise<void>)[] = [];
  const replica = async () => {
    const { deps, close } = await connect(registrationService, { env });
    closing.push(close);
    return deps;
  };
  const own = await replica();
  return {
    database,
    env,
    tax,
    log,
    replica,
    place: (documents) => place(own, documents),
    async close() {
      await Promise.all(closing.map((close) => close()));
      await Promise.all([tax.close(), log.close()]);
      await rm(folder, { recursive: true });
      await database.drop();
    },
  };
}

const both = ['tax-office', 'logistics'];

/** By the service's own intake and judging, with rules that find nothing wrong. */
export async function place(deps: StoreDeps, documents: readonly Document[]): Promise<string[]> {
  const take = takeInto(deps.pool);
  const taken = await Promise.all(
    documents.map(({ client = 'c1', number, authorities = both }) => {
      const raw = Buffer.from(JSON.stringify({ number, authorities, nonce: newId() }));
      const known = { client, metro: 'sfo', format: 'JSON', type: 'test', raw, at: deps.now() } as const;
      return take(arrivalOf(known, undefined));
    }),
  );
  const ids = taken.map((one) => (one.fate === 'reused' ? '' : one.receiptId));
  const types = {
    judge: (_type: string, _format: string, document: unknown) => {
      const { number, authorities } = documentOf(document);
      const version = { type: 'test', version: 1, format: 'JSON', authorities } as const;
      const canonical = { number, issuedAt: null, seller: '1', total: 1, currency: 'UAH' };
      return { version, passed: [], failures: [], canonical };
    },
  };
  const parse = (_format: string, raw: Buffer): unknown => JSON.parse(raw.toString());
  while ((await judgeDue({ ...deps, types, parse })) > 0);
  return ids;
}

function documentOf(document: unknown): { number: string; authorities: string[] } {
  const known: { number: string; authorities: string[] } = JSON.parse(JSON.stringify(document));
  return known;
}

/** Names of a receipt's events after its validation, with who it was that answered: `Registered tax-office`. */
export async function storyOf(deps: StoreDeps, id: string): Promise<string[]> {
  const events = await deps.store.history(id);
  return events.flatMap((event) => {
    const name = event.type.replace('Receipt', '');
    if (['Received', 'Validated'].includes(name)) return [];
    return [`${name}${authorityOf(event)}`];
  });
}

function authorityOf({ data }: Recorded): string {
  return 'authority' in data ? ` ${data.authority}` : '';
}

/** How often the office holds each of these. */
export function timesHeld({ office }: RunningOffice, ids: readonly string[]): number[] {
  return ids.map((id) => office.ledger.entriesOf(id).length);
}

export async function dueCount({ pool }: Pick<TestDatabase, 'pool'>): Promise<number> {
  const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from due_registrations');
  return rows[0]?.n ?? 0;
}
