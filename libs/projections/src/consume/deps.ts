import type { Grouped } from '@dabba/event-store';
import type { Kafka, SchemaRegistry, SubscribeOptions } from '@dabba/kafka';
import type { Pool } from 'pg';

/** What pino and Fastify's logger have in common. */
export interface Log {
  debug(about: object, message: string): void;
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
  error(about: object, message: string): void;
}

export interface ProjectionDeps {
  pool: Pool;
  kafka: Kafka;
  registry: SchemaRegistry;
  /** Only these partitions (of the metros served); all where left out. */
  partitions?: readonly number[];
  /** In what folds commit; those that are given the same commit together. */
  transactions?: Grouped;
  /** When read models nobody waits for take more, as of `SubscribeOptions`; left out: at once. */
  gather?: SubscribeOptions['gather'];
  log?: Log;
}

const nothing = () => {};
export const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
