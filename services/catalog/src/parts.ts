import type { App, StoreDeps } from '@dabba/service-kit';
import { Counter, Registry } from 'prom-client';
import { readCatalog } from './read-models/catalog-rows.ts';
import { Documents } from './shelf/documents.ts';
import { Shelf } from './shelf/shelf.ts';
import { SoldOut } from './sold-out/sold-out.ts';

/** What routes and the work behind them share within a process. */
export interface Parts {
  shelf: Shelf;
  documents: Documents;
  soldOut: SoldOut;
}

export type CatalogDeps = StoreDeps & Parts;

const known = new WeakMap<StoreDeps, Parts>();

/** @param app where the hit ratio is to be seen */
export function partsOf(deps: StoreDeps, app?: App): Parts {
  const there = known.get(deps);
  if (there) return there;
  const reads = new Counter({
    name: 'dabba_catalog_reads_total',
    help: 'Reads of menus and their like: hit, from memory as they are; miss, put together anew',
    labelNames: ['document', 'result'],
    registers: [app?.metrics ?? new Registry()],
  });
  const documents = new Documents(reads);
  const shelf = new Shelf((vendorId) => documents.drop(vendorId));
  const parts = { shelf, documents, soldOut: new SoldOut() };
  known.set(deps, parts);
  return parts;
}

/** Begins with what the read model has, so that a replica serves before Kafka has told it anything. */
export async function fill({ db, log }: Pick<StoreDeps, 'db' | 'log'>, { shelf }: Parts): Promise<void> {
  const rows = await readCatalog(db);
  for (const row of rows) shelf.restore(row);
  log.info({ things: rows.length }, 'the catalog of before is in memory');
}
