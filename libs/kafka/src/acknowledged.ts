import type { Message, RecordMetadata, TopicMessages } from 'kafkajs';
import { type OutgoingRecord, PublishFailed } from './types.ts';

export function topicMessages(
  records: readonly OutgoingRecord[],
  outer: (topic: string) => string,
): TopicMessages[] {
  const byTopic = new Map<string, Message[]>();
  for (const { topic, partition, key, value, headers } of records) {
    const messages = byTopic.get(topic) ?? [];
    messages.push({ partition, key, value, headers: { ...headers } });
    byTopic.set(topic, messages);
  }
  return [...byTopic].map(([topic, messages]) => ({ topic: outer(topic), messages }));
}

/**
 * kafkajs resolves a send although a retry passed over a partition whose new leader had answered for others (K1):
 * what the response does not name was not sent.
 * @throws PublishFailed unless every partition sent is named without an error
 */
export function requireAcknowledged(
  sent: readonly TopicMessages[],
  response: readonly RecordMetadata[],
): void {
  const acknowledged = new Set<string>();
  for (const { topicName, partition, errorCode } of response) {
    if (errorCode === 0) acknowledged.add(`${topicName}/${partition}`);
  }
  for (const { topic, messages } of sent) {
    for (const { partition } of messages) {
      if (!acknowledged.has(`${topic}/${partition}`)) {
        throw new PublishFailed(`No acknowledgement for ${topic}/${partition}`);
      }
    }
  }
}
