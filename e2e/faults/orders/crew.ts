import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../platform/client.ts';
import type { Random } from '../random.ts';

interface Ticket {
  id: string;
  order_id: string;
  status: string;
}

/** Of tickets that are looked at, how many are rejected rather than taken further. */
const rejected = 0.04;
const next: Readonly<Record<string, string>> = {
  OPEN: 'start',
  FIRED: 'start',
  STARTED: 'ready',
  READY: 'hand-over',
};

/**
 * Cooks take each ticket a step further, again and again, until the signal. What finds nobody is tried again the next time.
 * @param begun orders they told the kitchen to begin, whether or not they heard that it did
 * @param every milliseconds
 */
export async function crewWorks(
  operations: Client,
  outlets: readonly string[],
  random: Random,
  begun: Set<string>,
  end: AbortSignal,
  every = 500,
): Promise<void> {
  async function work({ id, order_id, status }: Ticket): Promise<void> {
    const rejects = (status === 'FIRED' || status === 'STARTED') && random.next() < rejected;
    const step = rejects ? 'reject' : next[status];
    if (step === undefined) return;
    if (step === 'start') begun.add(order_id);
    const body = rejects ? { reason: 'TOO_BUSY' } : {};
    await operations.post(`/api/v1/kitchen/tickets/${id}/${step}`, body, { 'idempotency-key': randomUUID() });
  }
  while (!end.aborted) {
    for (const outlet of outlets)
      await operations
        .get<{ items: readonly Ticket[] }>(`/api/v1/kitchen/outlets/${outlet}/tickets`)
        .then(({ status, body }) => (status === 200 ? Promise.allSettled(body.items.map(work)) : []))
        .catch(() => {});
    await pause(every);
  }
}
