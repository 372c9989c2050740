import { setTimeout as pause } from 'node:timers/promises';
import type { StoreDeps } from '@dabba/service-kit';
import type { Parts } from '../parts.ts';
import { readOutOfStock } from '../read-models/out-of-stock.ts';

/** Milliseconds between two looks: with what the read model trails by, less than the second a change may take to be seen. */
const every = 250;

/**
 * Keeps in memory what is out, every replica for itself; returns how to stop. It looks at the read model, a few rows, and not at the
 * topic, where nearly all is about holding and taking. While Postgres is away, what was out stays out.
 */
export async function watchSoldOut(
  { db, log }: Pick<StoreDeps, 'db' | 'log'>,
  { soldOut, documents }: Pick<Parts, 'soldOut' | 'documents'>,
): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function look(): Promise<void> {
    try {
      for (const vendorId of soldOut.replace(await readOutOfStock(db))) documents.drop(vendorId);
    } catch (err) {
      log.warn({ err }, 'what is out of stock is as it was');
    }
  }

  async function watch(): Promise<void> {
    while (!signal.aborted) {
      await pause(every, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await look();
    }
  }

  await look();
  const watching = watch();
  return () => {
    stopping.abort();
    return watching;
  };
}
