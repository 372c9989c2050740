import type { Kafka, RetryOptions } from 'kafkajs';
import type { AdminConnection } from './admin-connection.ts';
import type { Names } from './names.ts';
import type { Log } from './types.ts';

/** What the parts behind the port share. */
export interface Link {
  client: Kafka;
  admin: AdminConnection;
  names: Names;
  log: Log;
  retry: RetryOptions;
}
