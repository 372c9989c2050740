import type { TopicName } from '@dabba/contracts';
import { type Kafka, unframe } from '@dabba/kafka';
import { readTopic } from '../topic-log.ts';
import type { Findings } from './findings.ts';
import type { StoredEvent } from './store.ts';

/**
 * A decision topic has to hold exactly the events of its store: the same ids, bytes and partitions, first appearances by
 * position. Returns the ids it holds.
 * @param store as it was before the topic is read
 * @param since what came after a position; rounds over the fleet go on while the judge looks
 */
export async function judgeTopic(
  kafka: Kafka,
  topic: TopicName,
  store: readonly StoredEvent[],
  since: (position: number) => Promise<readonly StoredEvent[]>,
  findings: Findings,
): Promise<Set<string>> {
  const wanted = new Map(store.filter((one) => one.topic === topic).map((one) => [one.id, one]));
  const seen = new Set<string>();
  const highest = new Map<number, number>();
  const strangers = new Set<string>();
  const altered: string[] = [];
  const late: string[] = [];
  await readTopic(kafka, topic, (records) => {
    for (const { headers, value, partition, offset } of records) {
      const id = headers.ce_id ?? `without id at ${partition}@${offset}`;
      const stored = wanted.get(id);
      if (!stored) {
        strangers.add(id);
        continue;
      }
      const same =
        value !== null &&
        unframe(value).data.equals(stored.bytes) &&
        partition === stored.partition &&
        headers.ce_subject === stored.stream &&
        headers.version === String(stored.version) &&
        headers.position === String(stored.position);
      if (!same) altered.push(id);
      if (seen.has(id)) continue;
      seen.add(id);
      if (stored.position < (highest.get(partition) ?? 0)) late.push(id);
      else highest.set(partition, stored.position);
    }
  });
  for (const { id } of await since(store.at(-1)?.position ?? 0)) strangers.delete(id);
  findings.missing(
    `E1 K1 K3: topic ${topic} does not hold what its store holds`,
    [...wanted.keys()].filter((id) => !seen.has(id)),
  );
  findings.extra(`K6: topic ${topic} holds what its store does not`, [...strangers]);
  findings.wrong(`K3: on topic ${topic} records differ from their events`, altered);
  findings.wrong(`E1 K3: on topic ${topic} events first appear after later ones`, late);
  return seen;
}
