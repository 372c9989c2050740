import type { Batch, KafkaMessage } from 'kafkajs';
import { HeaderTexts } from './record-decoder.ts';
import type { IncomingRecord } from './types.ts';

/** The records of a batch from `first` to `last`, both included; a batch may begin before the offset asked for. */
export function incomingOf(
  { messages, partition }: Batch,
  topic: string,
  first: number,
  last = Number.POSITIVE_INFINITY,
): IncomingRecord[] {
  const records: IncomingRecord[] = [];
  for (const message of messages) {
    const offset = Number(message.offset);
    if (offset >= first && offset <= last) records.push(incoming(topic, partition, message));
  }
  return records;
}

function incoming(topic: string, partition: number, message: KafkaMessage): IncomingRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key === null ? null : message.key.toString(),
    value: message.value,
    headers: headersOf(message),
  };
}

function headersOf({ headers }: KafkaMessage): Readonly<Record<string, string>> {
  if (headers instanceof HeaderTexts) return headers;
  const texts: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) texts[name] = typeof last === 'string' ? last : last.toString();
  }
  return texts;
}
