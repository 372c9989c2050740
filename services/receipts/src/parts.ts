import { isRefusal } from '@dabba/event-store';
import { reader, type StoreDeps } from '@dabba/service-kit';
import { authorityNames } from './authorities/index.ts';
import { type ContractBook, contractBook } from './contract/book.ts';
import { loadContracts } from './contract/load.ts';
import type { IntakeDeps } from './intake/receive.ts';
import { takeInto } from './intake/take.ts';
import { Signal } from './judging/signal.ts';
import { type DefineDeps, type OpenBook, openTypeBook, parseDocument, seedTypes } from './types/index.ts';
import type { Format } from './types/port.ts';

/** What routes and the work behind them share within a process. */
export interface Parts {
  contracts: ContractBook;
  types: OpenBook;
  intake: IntakeDeps;
  defining: DefineDeps;
  /** Given whenever something waits for its judgement. */
  arrived: Signal;
  /** Bytes of a document. */
  maxBytes: number;
}

const known = new WeakMap<StoreDeps, Promise<Parts>>();

export function partsOf(deps: StoreDeps): Promise<Parts> {
  const parts = known.get(deps) ?? openParts(deps);
  known.set(deps, parts);
  return parts;
}

/** @throws ConfigError */
async function openParts(deps: StoreDeps): Promise<Parts> {
  const { store, pool, region, env } = deps;
  const read = reader(env);
  const maxBytes = read.count('RECEIPT_MAX_BYTES', 64 * 1024);
  read.done('receipts');
  const [metro] = region.metros;
  if (!metro) throw new Error('A region without metros');
  const defining = { pool, store, metro, authorities: authorityNames };
  await seedTypes({ ...defining, now: deps.now });
  const types = await openTypeBook(deps);
  const arrived = new Signal();
  const intake = { take: takeInto(pool), types, parse: parseDocument, onTaken: () => arrived.give() };
  return {
    contracts: contractBook(loadContracts({ store, pool })),
    types,
    intake,
    defining,
    arrived,
    maxBytes,
  };
}

/** A document that was read at the door, again. */
export function readAgain(format: Format, raw: Buffer): unknown {
  const parsed = parseDocument(format, raw);
  if (isRefusal(parsed)) throw new Error(`A document of the inbox cannot be read: ${parsed.detail}`);
  return parsed.document;
}
