import { KafkajsAdmin } from './admin.ts';
import { AdminConnection } from './admin-connection.ts';
import { createClient, plainLog, retry } from './client.ts';
import { lastRecords } from './last-records.ts';
import type { Link } from './link.ts';
import { Names } from './names.ts';
import { KafkajsPublisher } from './publisher.ts';
import { read } from './read.ts';
import { SharedMember } from './shared/shared-member.ts';
import { KafkajsSubscription } from './subscription.ts';
import type { Kafka, KafkaConfig, Publisher, SharedReading, Subscription } from './types.ts';

/** Opens nothing yet: every part connects when it is first used, so a service starts while Kafka is away. */
export function connectKafka(config: KafkaConfig): Kafka {
  const log = config.log ?? plainLog;
  const client = createClient(config, log);
  const admin = new AdminConnection(client);
  const link: Link = { client, admin, names: new Names(config.prefix), log, retry };
  const open = new Set<Publisher | Subscription | SharedReading>();
  return {
    publisher({ timeout } = {}) {
      const publisher = new KafkajsPublisher(client, link.names, timeout);
      open.add(publisher);
      return publisher;
    },
    async subscribe(options) {
      const subscription = new KafkajsSubscription(link, options);
      open.add(subscription);
      return subscription;
    },
    shared(options) {
      const reading = new SharedMember(link, options);
      open.add(reading);
      return reading;
    },
    read: (options) => read(link, options),
    lastRecords: (topic, mine) => lastRecords(link, topic, mine),
    admin: new KafkajsAdmin(link),
    async ping() {
      await admin.ask('ping', (asked) => asked.describeCluster(), 5_000);
    },
    async close() {
      await Promise.all([...open].map((part) => ('stop' in part ? part.stop() : part.close())));
      await admin.close();
    },
  };
}
