import type { ListedReceipt } from '../../read-models/receipt-list.ts';

/** Two lists in order as one, without what is in both. */
export function inOrder(some: readonly ListedReceipt[], others: readonly ListedReceipt[]): ListedReceipt[] {
  if (others.length === 0) return [...some];
  const known = new Set(others.map(({ receipt_id }) => receipt_id));
  return [...others, ...some.filter(({ receipt_id }) => !known.has(receipt_id))].sort(
    (a, b) => a.received_at.getTime() - b.received_at.getTime() || (a.receipt_id < b.receipt_id ? -1 : 1),
  );
}
