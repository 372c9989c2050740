import { setTimeout as pause } from 'node:timers/promises';
import { packFact, type StoredFact, unpackFact } from '../fact/stored-fact.ts';
import type { Spool } from '../spool/spool.ts';

export interface AcceptanceOptions {
  spool: Pick<Spool, 'append' | 'head' | 'advance' | 'status'>;
  /** Resolves once Kafka has them all, in order (acks=all). Gives up soon: a device waits. */
  sendNow(facts: readonly StoredFact[]): Promise<void>;
  /** The same with more patience, for what already lies on disk. */
  sendSpooled(facts: readonly StoredFact[]): Promise<void>;
  warn(error: unknown, message: string): void;
  /** Milliseconds between tries to reach Kafka again. */
  retryAfter?: number;
}

export interface Acceptance {
  /** Resolves once the fact is on Kafka or safe on disk (B1). Rejects when neither is possible: no PUBACK then. */
  accept(fact: StoredFact): Promise<void>;
  status(): { direct: boolean; waiting: number };
  /** Lets what was begun end; what is spooled stays on disk. */
  stop(): Promise<void>;
}

interface Waiting {
  fact: StoredFact;
  resolve(): void;
  reject(error: unknown): void;
}

const batchFacts = 2_000;
const drainBytes = 512 << 10;
/** Milliseconds a send of spooled facts may still take at the end; they are on disk anyway. */
const drainGrace = 2_000;

/**
 * One queue for the facts of all devices, so a device's facts stay in order. While one batch is on its way the next
 * collects: a group commit without a timer. While anything is spooled everything joins its tail (B2).
 */
export function acceptFacts({
  spool,
  sendNow,
  sendSpooled,
  warn,
  retryAfter = 250,
}: AcceptanceOptions): Acceptance {
  const waiting: Waiting[] = [];
  let working: Promise<void> | undefined;
  let draining: Promise<void> | undefined;
  const stopping = new AbortController();

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchFacts);
      try {
        await keep(batch.map(({ fact }) => fact));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        warn(error, 'Facts can be kept neither on Kafka nor on disk; devices will send them again');
        // Those behind as well: a later fact must not be acknowledged before an earlier one.
        for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error);
      }
    }
    working = undefined;
  }

  async function keep(facts: readonly StoredFact[]): Promise<void> {
    if (spool.status().records === 0) {
      try {
        return await sendNow(facts);
      } catch (error) {
        warn(error, 'Kafka does not take facts; spooling');
      }
    }
    await spool.append(facts.map(packFact));
    drain();
  }

  function drain(): void {
    draining ??= drainAll().finally(() => {
      draining = undefined;
      // Something may have been spooled after its last look.
      if (spool.status().records > 0 && !stopping.signal.aborted) drain();
    });
  }

  async function drainAll(): Promise<void> {
    while (!stopping.signal.aborted && spool.status().records > 0) {
      try {
        const frames = await spool.head(drainBytes);
        await sendSpooled(frames.map(({ payload }) => unpackFact(payload)));
        await spool.advance(frames);
      } catch (error) {
        warn(error, 'Spooled facts cannot be sent yet');
        await pause(retryAfter, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  drain();
  return {
    accept: (fact) =>
      new Promise<void>((resolve, reject) => {
        if (stopping.signal.aborted) return reject(new Error('The bridge is stopping'));
        waiting.push({ fact, resolve, reject });
        working ??= Promise.resolve().then(work);
      }),
    status: () => ({ direct: spool.status().records === 0, waiting: waiting.length }),
    async stop() {
      stopping.abort();
      await working;
      await Promise.race([draining, pause(drainGrace)]);
    },
  };
}
