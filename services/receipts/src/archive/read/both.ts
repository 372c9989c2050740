import type { Knex } from 'knex';
import { type ListedReceipt, listReceipts, type ReceiptFilter } from '../../read-models/receipt-list.ts';
import type { Archive } from './archive.ts';
import { inOrder } from './order.ts';

/**
 * Receipts of both tiers in one order. Hot tables are read first: a day is marked as archived before anything of it leaves them, so what
 * they no longer had is in what the archive says afterwards. What both have, since it moves just now, is shown once.
 */
export async function listBoth(
  { db, archive }: { db: Knex; archive: Pick<Archive, 'list'> },
  filter: ReceiptFilter,
): Promise<ListedReceipt[]> {
  const { limit } = filter;
  const hot = await listReceipts(db, filter);
  const last = hot.at(limit - 1);
  // A full page ends where it ends, whatever the archive has.
  const to = last ? new Date(Math.min(filter.to.getTime(), last.received_at.getTime() + 1)) : filter.to;
  return inOrder(hot, await archive.list({ ...filter, to })).slice(0, limit);
}
