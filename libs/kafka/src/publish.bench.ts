import kafkajs from 'kafkajs';
import { chunksOf, limits } from './chunks.ts';
import { openTestKafka } from './test-kafka.ts';
import type { OutgoingRecord } from './types.ts';

/** What our publisher costs over kafkajs' own send of the same records: both in turn, medians, in one run. */

const rounds = 7;
const perRound = 8_000;
const sizes = [300, 2_000];

const t = openTestKafka();
const topic = await t.topic(4);
const client = new kafkajs.Kafka({ brokers: t.brokers, logLevel: kafkajs.logLevel.NOTHING });
const raw = client.producer({
  idempotent: true,
  maxInFlightRequests: 1,
  createPartitioner:
    () =>
    ({ message }) =>
      message.partition ?? 0,
});
await raw.connect();
const publisher = t.kafka.publisher();

for (const size of sizes) {
  const records = recordsOf(size);
  const taken = { ours: [] as number[], raw: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    const ours = await rate(() => publisher.publish(records));
    const theirs = await rate(() => sendRaw(records));
    // The first round warms up.
    if (round > 0) {
      taken.ours.push(ours);
      taken.raw.push(theirs);
    }
  }
  const [ours, theirs] = [median(taken.ours), median(taken.raw)];
  console.log(
    JSON.stringify({
      bench: 'publish',
      bytes: size,
      oursPerSecond: Math.round(ours),
      rawPerSecond: Math.round(theirs),
      ratio: Number((ours / theirs).toFixed(2)),
    }),
  );
}

await raw.disconnect();
await t.close();

/** The same cuts as the publisher's, as one request each. */
async function sendRaw(records: readonly OutgoingRecord[]): Promise<void> {
  for (const chunk of chunksOf(records)) {
    const messages = chunk.map(({ partition, key, value, headers }) => ({
      partition,
      key,
      value,
      headers: { ...headers },
    }));
    await raw.send({ topic: t.prefix + topic, acks: -1, messages });
  }
}

async function rate(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return (perRound * 1_000) / (performance.now() - begin);
}

function recordsOf(size: number): OutgoingRecord[] {
  if (size > limits.partitionBytes) throw new RangeError(`${size} bytes fit no request`);
  return Array.from({ length: perRound }, (_, index) => ({
    topic,
    partition: index % 4,
    key: `stream-${index % 100}`,
    value: Buffer.alloc(size, index),
    headers: { ce_type: 'Bench', position: String(index) },
  }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
