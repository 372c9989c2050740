import { Counter } from 'prom-client';
import type { ReceiptEvent } from './receipt.ts';

const ends: { readonly [type in ReceiptEvent['type']]?: string } = {
  ReceiptAccepted: 'ACCEPTED',
  ReceiptRejected: 'REJECTED',
  ReceiptFailed: 'FAILED',
};

const counters = new WeakMap<object, Counter>();

/** Receipts whose end this process committed to a store, for `/metrics`. */
export function endedOf(store: object): Counter {
  const known = counters.get(store);
  if (known) return known;
  const counter = new Counter({
    name: 'dabba_receipts_ended_total',
    help: 'Receipts accepted, rejected by their rules, or refused by an authority',
    labelNames: ['status'],
    registers: [],
  });
  counters.set(store, counter);
  return counter;
}

/** @param events after their commit */
export function countEnded(store: object, events: readonly ReceiptEvent[]): void {
  for (const { type } of events) {
    const status = ends[type];
    if (status !== undefined) endedOf(store).inc({ status });
  }
}
