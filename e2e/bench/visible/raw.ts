import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { latencies, testDatabase, uniquePrefix } from '@dabba/testing';
import kafkajs from 'kafkajs';

/** The ceiling: a record sent by one process, inserted by another, nothing else; latency from the time it was due. */
export async function measureRaw(rate: number, seconds: number) {
  const brokers = (process.env.KAFKA_BROKERS ?? '').split(',');
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
  const topic = `${uniquePrefix('bench')}raw`;
  const database = await testDatabase('bench');
  const admin = kafka.admin();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await database.pool.query('create table raw (id text primary key, sent double precision)');
  await admin.connect();
  await admin.createTopics({
    topics: [{ topic, numPartitions: 1, replicationFactor: 1 }],
    waitForLeaders: true,
  });
  await producer.connect();
  const consumer = fork(fileURLToPath(new URL('raw-process.ts', import.meta.url)), [
    brokers.join(','),
    topic,
    database.url,
  ]);
  try {
    await once(consumer, 'message');
    const all = latencies();
    consumer.on('message', (milliseconds) => all.record(Number(milliseconds)));
    const begin = performance.now();
    const sending: Promise<unknown>[] = [];
    const total = rate * seconds;
    while (sending.length < total) {
      const due = begin + (sending.length * 1000) / rate;
      await pause(Math.max(0, due - performance.now()));
      const sent = String(performance.timeOrigin + due);
      sending.push(
        producer.send({
          topic,
          acks: -1,
          messages: [{ key: String(sending.length), value: Buffer.alloc(200), headers: { sent } }],
        }),
      );
    }
    await Promise.all(sending);
    for (const end = Date.now() + 10_000; all.count() < total && Date.now() < end; ) await pause(10);
    return { p50: all.p(50), p99: all.p(99), rate: all.count() / seconds };
  } finally {
    consumer.disconnect();
    await once(consumer, 'exit');
    await producer.disconnect();
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
    await database.drop();
  }
}
