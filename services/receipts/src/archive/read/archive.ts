import { mkdir } from 'node:fs/promises';
import { Problem } from '@dabba/service-kit';
import type { DuckDBInstance } from '@duckdb/node-api';
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import type { Pool } from 'pg';
import { dayOf } from '../../intake/arrival.ts';
import type { ListedReceipt } from '../../read-models/receipt-list.ts';
import { literal, openDuck, withDuck } from '../duck.ts';
import type { ArchivedReceipt } from '../receipt.ts';
import type { ArchiveSettings } from '../settings.ts';
import { readColumns } from '../write/columns.ts';
import { type Cells, number, text, textOrNull } from './cells.ts';
import { localCopies } from './copies.ts';
import { type ArchiveFilter, conditionOf, type PartRow } from './filter.ts';
import { inOrder } from './order.ts';
import { apart, partsFor, partsOfDay } from './parts.ts';
import { receiptOf, statusOf } from './row.ts';

/** What the archive answers. Where too many ask at once: 503 with Retry-After. */
export interface Archive {
  /** Oldest first, as many as `limit`. */
  list(filter: ArchiveFilter & { limit: number }): Promise<ListedReceipt[]>;
  /** undefined where its day is not archived, or it was never there. */
  find(id: string): Promise<ArchivedReceipt | undefined>;
  close(): Promise<void>;
}

/** Parts looked into at first, and at most: a page is often full after a few days, and a rare thing is nowhere near. */
const first = 32;
const most = 1024;

export function openArchive(pool: Pool, settings: ArchiveSettings): Archive {
  const copies = localCopies(settings);
  const turns = bulkhead(settings.queries, settings.waiting);
  let opened: Promise<DuckDBInstance> | undefined;

  async function ask(parts: readonly PartRow[], question: (files: string) => string): Promise<Cells[]> {
    opened ??= mkdir(settings.work, { recursive: true }).then(() => openDuck(settings));
    const instance = await opened;
    return copies.use(parts, (paths) =>
      withDuck(instance, async (duck) => {
        const files = `read_parquet([${paths.map(literal).join(', ')}], hive_partitioning = false)`;
        return (await duck.runAndReadAll(question(files))).getRowObjectsJS();
      }),
    );
  }

  return {
    async list({ limit, ...filter }) {
      const parts = await partsFor(pool, filter);
      if (parts.length === 0) return [];
      return inTurn(() =>
        fill(parts, limit, (some) =>
          ask(
            some,
            (files) =>
              `select id, client, type, status, epoch_ms(received_at)::double as received_at, total::varchar as total, currency
             from ${files} where ${conditionOf(filter)} order by received_at, id limit ${limit}`,
          ),
        ),
      );
    },
    async find(id) {
      const parts = await partsOfDay(pool, dayOf(id));
      if (parts.length === 0) return undefined;
      const rows = await inTurn(() =>
        ask(parts, (files) => `select ${readColumns} from ${files} where id = ${literal(id.toLowerCase())}`),
      );
      return rows[0] && receiptOf(rows[0]);
    },
    async close() {
      const instance = await opened;
      instance?.closeSync();
      await copies.close();
    },
  };

  async function inTurn<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await turns.execute(work);
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      throw new Problem({
        status: 503,
        code: 'archive-busy',
        detail: 'Too many questions to the archive at once.',
        retryAfter: 5,
      });
    }
  }
}

/**
 * Asks day after day, ever more at once, until the page is full: until so many were received before anything that was not
 * looked into can have been.
 */
async function fill(
  parts: readonly PartRow[],
  limit: number,
  ask: (some: readonly PartRow[]) => Promise<Cells[]>,
): Promise<ListedReceipt[]> {
  let found: ListedReceipt[] = [];
  let size = first;
  for (let from = 0; from < parts.length; size = Math.min(size * 4, most)) {
    let to = Math.min(from + size, parts.length);
    // A day is asked whole.
    while (to < parts.length && parts[to]?.day === parts[to - 1]?.day) to += 1;
    found = inOrder(found, (await ask(parts.slice(from, to))).map(listedOf)).slice(0, limit);
    const next = parts[to];
    const last = found.at(limit - 1);
    if (next && last && last.received_at.getTime() < Date.parse(next.day) - apart) break;
    from = to;
  }
  return found;
}

function listedOf(row: Cells): ListedReceipt {
  return {
    receipt_id: text(row, 'id'),
    client_id: text(row, 'client'),
    type: text(row, 'type'),
    status: statusOf(text(row, 'status')),
    received_at: new Date(number(row, 'received_at')),
    total: textOrNull(row, 'total'),
    currency: textOrNull(row, 'currency'),
  };
}
