import type { KafkaMessage } from 'kafkajs';
import type { IncomingRecord } from './types.ts';

export function incoming(topic: string, partition: number, message: KafkaMessage): IncomingRecord {
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

function headersOf({ headers }: KafkaMessage): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) texts[name] = typeof last === 'string' ? last : last.toString();
  }
  return texts;
}
