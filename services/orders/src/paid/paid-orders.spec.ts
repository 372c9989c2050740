import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { noon, paid, wasPlaced } from '../order/order.samples.ts';
import { orderStream } from '../order/order.ts';
import { type Found, PaidOrders } from './paid-orders.ts';

const sample = [wasPlaced(), paid].reduce(orderStream.evolve, orderStream.initial());
if (sample === null) throw new Error('It was placed');
/** An order as it is after so many writes: `since` says how many. */
const after = (writes: number): Found => ({
  order: { ...sample, since: writes },
  beside: { outlet: undefined, notes: undefined },
});

let log: string[];
let clock: number;
let reads: number;
let looks: number;
let told: string[];
let pending: boolean;
let paidOrders: PaidOrders;
/** Called between the snapshot of a read or a look and its answer. */
let meanwhile: () => Promise<void>;
const writesOf = (id: string) => log.filter((stream) => stream === id).length;
beforeEach(() => {
  [log, told, clock, reads, looks, pending] = [['ord_1', 'ord_2'], [], noon, 0, 0, false];
  meanwhile = async () => {};
  paidOrders = new PaidOrders({
    ...{ now: () => clock, most: 3, age: 60_000, told: (result) => told.push(result) },
    async written(position) {
      looks++;
      const seen = { position: log.length, streams: log.slice(position) };
      await meanwhile();
      return seen;
    },
    async read(id) {
      reads++;
      const writes = writesOf(id);
      await meanwhile();
      if (writes === 0) return undefined;
      const { order, ...beside } = after(writes);
      return pending ? { order } : { order, ...beside };
    },
  });
});
const seen = async (id: string) => (await paidOrders.find(id))?.order.since;

describe('S1-CCH-02 a paid order', () => {
  it('is read once, and then told from memory', async () => {
    for (let n = 0; n < 5; n++) expect(await seen('ord_1')).toBe(1);
    expect([reads, told]).toEqual([1, ['miss', 'hit', 'hit', 'hit', 'hit']]);
  });
  it('is never told as it was before the last write, whoever wrote', async () => {
    expect(await seen('ord_1')).toBe(1);
    log.push('ord_1');
    expect(await seen('ord_1')).toBe(2);
    log.push('ord_2');
    expect(await seen('ord_1')).toBe(2);
    expect(reads).toBe(2);
  });
  it('that is written to while it is read is not kept as it was', async () => {
    // After the look, while it is read, another reader's look passes the write.
    meanwhile = async () => {
      meanwhile = async () => {
        meanwhile = async () => {};
        log.push('ord_1');
        await seen('ord_2');
      };
    };
    await seen('ord_1');
    expect(await seen('ord_1')).toBe(2);
  });
  it('is kept for a minute, and three of them at most, the one asked for last the longest', async () => {
    await seen('ord_1');
    clock += 59_999;
    await seen('ord_1');
    expect(reads).toBe(1);
    clock += 1;
    await seen('ord_1');
    expect(reads).toBe(2);
    log.push('ord_3', 'ord_4');
    for (const id of ['ord_2', 'ord_3', 'ord_1', 'ord_4']) await seen(id);
    expect(paidOrders.size).toBe(3);
    reads = 0;
    await seen('ord_1');
    expect(reads).toBe(0);
    await seen('ord_2');
    expect(reads).toBe(1);
  });
  it('is told by one look to all who ask before it begins, by the next to who asks while it is under way', async () => {
    const letGo: (() => void)[] = [];
    await seen('ord_1');
    meanwhile = () => new Promise((resolve) => letGo.push(resolve));
    looks = 0;
    const first = Promise.all([seen('ord_1'), seen('ord_1')]);
    await expect.poll(() => looks).toBe(1);
    log.push('ord_1');
    const others = Promise.all([seen('ord_1'), seen('ord_1'), seen('ord_1')]);
    expect(looks).toBe(1);
    letGo[0]?.();
    expect(await first).toEqual([1, 1]);
    await expect.poll(() => looks).toBe(2);
    meanwhile = async () => {};
    letGo[1]?.();
    expect(await others).toEqual([2, 2, 2]);
    expect(looks).toBe(2);
  });
  it('that is none, or is not paid yet, is not kept', async () => {
    expect(await seen('ord_9')).toBeUndefined();
    pending = true;
    for (let n = 1; n <= 2; n++) expect([await seen('ord_1'), reads]).toEqual([1, n + 1]);
    expect([paidOrders.size, told]).toEqual([0, []]);
  });
});

it('S1-CCH-02 whatever is asked and written in whatever order, an answer is no older than its question', async () => {
  const ids = fc.constantFrom('ord_1', 'ord_2', 'ord_3', 'ord_4');
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.record({ id: ids, write: fc.boolean() }), { maxLength: 30 }),
      async (scheduler, deeds) => {
        log = ['ord_1', 'ord_2', 'ord_3', 'ord_4'];
        clock += 120_000;
        meanwhile = () => scheduler.schedule(Promise.resolve());
        const steps = deeds.map(({ id, write }) => async () => {
          if (write) return void log.push(id);
          const known = writesOf(id);
          expect(await seen(id)).toBeGreaterThanOrEqual(known);
        });
        const asked = steps.map((step) => scheduler.schedule(Promise.resolve()).then(step));
        await scheduler.waitFor(Promise.all(asked));
      },
    ),
    { numRuns: 300 },
  );
});
