import type { Kafka, SchemaRegistry } from '@dabba/kafka';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { JSONWebKeySet } from 'jose';
import type { DestinationStream } from 'pino';
import type { App } from '../types.ts';

/** What a test may put in the place of the real thing. */
export interface StartOptions {
  /** Default: the process's. */
  env?: NodeJS.ProcessEnv;
  /** Default: as configured; 0 for any free one. */
  port?: number;
  now?(): number;
  /** Instead of KAFKA_PREFIX: before topics, groups and the name of the database. */
  kafkaPrefix?: string;
  kafka?: Kafka;
  registry?: SchemaRegistry;
  /** Public keys to check tokens with, instead of those at JWKS_URL. */
  keys?: JSONWebKeySet;
  logTo?: DestinationStream;
  spanProcessors?: readonly SpanProcessor[];
}

export interface RunningService<D> {
  /** `http://127.0.0.1:5012` */
  url: string;
  app: App;
  deps: D;
  stop(): Promise<void>;
}

export interface Connected<D> {
  deps: D;
  close(): Promise<void>;
}
