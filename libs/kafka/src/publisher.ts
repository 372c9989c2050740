import type { Kafka, Producer } from 'kafkajs';
import { requireAcknowledged, topicMessages } from './acknowledged.ts';
import { chunksOf, requireFits } from './chunks.ts';
import { retry } from './client.ts';
import { ignore, messageOf, within } from './deadline.ts';
import type { Names } from './names.ts';
import { type OutgoingRecord, type Publisher, PublishFailed } from './types.ts';

interface Call {
  records: readonly OutgoingRecord[];
  resolve(): void;
  reject(error: PublishFailed): void;
}

/**
 * One idempotent producer, one request in flight. Calls that arrive meanwhile share the next requests, in order. A failure
 * also fails every call that was waiting: what comes after a gap must not reach Kafka before the gap is filled (K3).
 */
export class KafkajsPublisher implements Publisher {
  readonly #client: Kafka;
  readonly #names: Names;
  readonly #timeout: number;
  #waiting: Call[] = [];
  #sending: Promise<void> | undefined;
  #producer: Promise<Producer> | undefined;
  #closed = false;

  constructor(client: Kafka, names: Names, timeout = 30_000) {
    this.#client = client;
    this.#names = names;
    this.#timeout = timeout;
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.#closed) throw new PublishFailed('The publisher is closed');
    if (records.length === 0) return;
    for (const record of records) requireFits(record);
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      this.#sending ??= this.#drain();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sending;
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.then((connected) => connected.disconnect()).catch(ignore);
  }

  async #drain(): Promise<void> {
    // Calls made in one turn of the event loop go out together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const calls = this.#waiting;
      this.#waiting = [];
      await this.#send(calls);
    }
    this.#sending = undefined;
  }

  async #send(calls: Call[]): Promise<void> {
    let acknowledged = 0;
    try {
      for (const chunk of chunksOf(calls.flatMap(({ records }) => records))) {
        await this.#sendChunk(chunk);
        acknowledged += chunk.length;
        for (let first = calls[0]; first && first.records.length <= acknowledged; first = calls[0]) {
          acknowledged -= first.records.length;
          calls.shift()?.resolve();
        }
      }
    } catch (cause) {
      const behind = this.#waiting;
      this.#waiting = [];
      for (const { reject } of [...calls, ...behind]) reject(new PublishFailed(messageOf(cause), { cause }));
    }
  }

  async #sendChunk(chunk: readonly OutgoingRecord[]): Promise<void> {
    const sent = topicMessages(chunk, (topic) => this.#names.outer(topic));
    const sending = this.#connected().then((producer) =>
      producer.sendBatch({ acks: -1, timeout: this.#timeout, topicMessages: sent }),
    );
    try {
      requireAcknowledged(sent, await within(this.#timeout, 'Publishing', sending));
    } catch (error) {
      this.#discard(sending);
      throw error;
    }
  }

  /** Its sequence numbers no longer tell what is on the log (K2). A send that still tries would connect again. */
  #discard(sending: Promise<unknown>): void {
    const producer = this.#producer;
    this.#producer = undefined;
    const disconnect = () => producer?.then((connected) => connected.disconnect()).catch(ignore);
    void disconnect();
    void sending.catch(ignore).then(disconnect);
  }

  #connected(): Promise<Producer> {
    this.#producer ??= connect(this.#client, this.#timeout);
    return this.#producer;
  }
}

async function connect(client: Kafka, timeout: number): Promise<Producer> {
  const producer = client.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    // Ends soon after the send was given up, so that a discarded producer falls silent.
    retry: { ...retry, retries: Math.max(1, Math.ceil(timeout / retry.maxRetryTime)) },
    createPartitioner:
      () =>
      ({ message }) => {
        if (message.partition === undefined) throw new PublishFailed('A record without a partition');
        return message.partition;
      },
  });
  await producer.connect();
  return producer;
}
