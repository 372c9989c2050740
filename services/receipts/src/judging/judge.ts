import { setImmediate } from 'node:timers/promises';
import { type ReactionUnit, transaction } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import type { Pool } from 'pg';
import { received, verdict } from '../receipt/decide.ts';
import { countEnded } from '../receipt/ended.ts';
import { type ReceiptEvent, receiptRef } from '../receipt/receipt.ts';
import type { Format, Judgement, TypeBook } from '../types/port.ts';
import { type Told, tellOf, toldBy } from '../webhooks/tell.ts';
import { ask, claim, type Due, putOff } from './due.ts';

/** Receipts judged in one transaction. */
const batch = 100;
/** Judged without a break. */
const turn = 10;
/** Seconds until one whose rules threw is tried again. */
const later = 60;

export interface JudgeDeps extends Pick<StoreDeps, 'store' | 'relay' | 'log' | 'now'> {
  pool: Pool;
  types: Pick<TypeBook, 'judge'>;
  /** The document that was checked at the door; throws where the bytes are not what they were. */
  parse(format: Format, raw: Buffer): unknown;
}

type Judged = { due: Due; judgement: Judgement };

/**
 * Judges what waits, oldest first: its events, its authorities' queues and its leaving the queue are one transaction.
 * Returns how many were taken.
 */
export async function judgeDue(deps: JudgeDeps): Promise<number> {
  const { pool, store, relay, now } = deps;
  const events: ReceiptEvent[] = [];
  const taken = await transaction(pool, async (client) => {
    const due = await claim(client, batch);
    if (due.length === 0) return 0;
    const failed: string[] = [];
    const judged = await judgeAll(deps, due, failed);
    const at = now();
    const refs = judged.map(({ due }) => receiptRef(due.id, due.metro));
    // Nobody else knows these streams before the commit, so it need not happen inside.
    await store.unit(refs, { actor: 'receipts', now: at }, async (unit) => {
      const told = judged.flatMap((one) => append(unit, one, at, events));
      await ask(
        client,
        judged
          .filter(({ judgement }) => judgement.failures.length === 0)
          .map(({ due, judgement }) => ({
            due,
            canonical: judgement.canonical,
            authorities: judgement.version.authorities,
          })),
      );
      if (failed.length > 0) await putOff(client, failed, later);
      await tellOf(client, told);
      await unit.commitTo(client);
    });
    return due.length;
  });
  countEnded(store, events);
  if (taken > 0) relay.wake();
  return taken;
}

/** In turns with whoever is at the door: a batch takes longer than anybody there should wait. */
async function judgeAll(deps: JudgeDeps, due: readonly Due[], failed: string[]): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const [n, one] of due.entries()) {
    if (n > 0 && n % turn === 0) await setImmediate();
    judged.push(...judgeOne(deps, one, failed));
  }
  return judged;
}

function judgeOne({ types, parse, log }: JudgeDeps, due: Due, failed: string[]): Judged[] {
  try {
    return [{ due, judgement: types.judge(due.type, due.format, parse(due.format, due.raw), due.at) }];
  } catch (error) {
    log.error({ err: error, receipt: due.id, type: due.type }, 'a receipt could not be judged');
    failed.push(due.id);
    return [];
  }
}

/** The end it came to, if it did. */
function append(
  unit: ReactionUnit,
  { due, judgement }: Judged,
  at: number,
  appended: ReceiptEvent[],
): Told[] {
  const ref = receiptRef(due.id, due.metro);
  if (unit.load(ref).version > 0) return [];
  unit.because({ actor: due.client, now: at, correlationId: due.id });
  const events = [received(due), ...verdict(due.id, judgement, at)];
  unit.append(ref, events);
  appended.push(...events);
  return toldBy(due.id, unit.load(ref), events, at);
}
