import { metroOf } from '@dabba/contracts';
import { expect, test, vi } from 'vitest';
import { type StoredFact, storedFact } from '../fact/stored-fact.ts';
import { frameOf, readFrames } from '../spool/frames.ts';
import { region } from '../testing/region.ts';
import { acceptFacts } from './acceptance.ts';

const fact = (seq: number): StoredFact =>
  storedFact(
    { type: 'FridgeHeartbeat', data: { device: 'f', boot: 1, seq, temperatureCelsius: null, observedAt: 0 } },
    { fridgeId: 'f', metro: metroOf(region, 'sfo') },
  );

/** A spool in memory, and a Kafka that is there or not; `log` is what Kafka has. */
function setUp() {
  let bytes = Buffer.alloc(0);
  const world = {
    kafka: true,
    disk: true,
    log: [] as number[],
    batches: [] as number[],
    spooled: () => count(),
  };
  const count = () => readFrames(bytes).length;
  const send = async (facts: readonly StoredFact[]) => {
    await Promise.resolve();
    if (!world.kafka) throw new Error('away');
    world.batches.push(facts.length);
    world.log.push(...facts.map(({ meta }) => meta.version));
  };
  const acceptance = acceptFacts({
    spool: {
      async append(payloads) {
        await Promise.resolve();
        if (!world.disk) throw new Error('full');
        bytes = Buffer.concat([bytes, ...payloads.map((payload) => frameOf(payload, 0))]);
      },
      head: async () => readFrames(bytes).slice(0, 3),
      async advance(frames) {
        bytes = bytes.subarray(frames.at(-1)?.end ?? 0);
      },
      status: () => ({ records: count(), bytes: bytes.length, oldest: undefined, full: false }),
    },
    sendNow: send,
    sendSpooled: send,
    warn: () => {},
    retryAfter: 1,
  });
  return {
    world,
    accept: (...seqs: number[]) => Promise.all(seqs.map((seq) => acceptance.accept(fact(seq)))),
  };
}

test('B1 a fact is accepted when Kafka has it', async () => {
  const { world, accept } = setUp();
  await accept(1);
  expect(world.log).toEqual([1]);
});

test('facts that arrive while a send is under way go together with the next', async () => {
  const { world, accept } = setUp();
  await Promise.all([accept(1), Promise.resolve().then(() => accept(2, 3, 4))]);
  expect(world.log).toEqual([1, 2, 3, 4]);
  expect(world.batches.length).toBeLessThan(4);
});

test('B1 a fact that neither Kafka nor the disk takes is not accepted, nor is any behind it', async () => {
  const { world, accept } = setUp();
  Object.assign(world, { kafka: false, disk: false });
  await expect(Promise.allSettled([accept(1), accept(2)])).resolves.toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ]);
  expect(world.log).toEqual([]);
});

test('B2 facts that come while others are spooled do not overtake them', async () => {
  const { world, accept } = setUp();
  world.kafka = false;
  await accept(1, 2, 3, 4, 5);
  expect(world.spooled()).toBe(5);
  world.kafka = true;
  for (let seq = 6; seq <= 30; seq += 1) await accept(seq);
  await vi.waitFor(() => expect(world.spooled()).toBe(0));
  expect(world.log).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
});
