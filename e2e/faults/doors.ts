import { connectKafka, connectRegistry, type Kafka, type SchemaRegistry } from '@dabba/kafka';
import { deafPool } from '@dabba/testing';
import type pg from 'pg';
import type { Platform } from '../platform/platform.ts';

/** How the drill itself looks at databases and topics; nothing of the services is in between. */
export interface Doors {
  /** Databases of the services that have one. */
  meals: pg.Pool;
  identity: pg.Pool;
  kafka: Kafka;
  registry: SchemaRegistry;
  close(): Promise<void>;
}

const silent = { error() {}, warn() {}, info() {} };

export function openDoors({ env }: Pick<Platform, 'env'>, dir: string): Doors {
  const database = (service: string) => {
    const url = new URL(env.DATABASE_URL ?? '');
    url.pathname = `/dabba_${service}`;
    // Postgres is killed under it.
    return deafPool({
      connectionString: url.href,
      max: 8,
      application_name: 'faults',
      connectionTimeoutMillis: 5_000,
    });
  };
  const meals = database('meals');
  const identity = database('identity');
  const kafka = connectKafka({
    brokers: (env.KAFKA_BROKERS ?? '').split(','),
    clientId: 'faults',
    log: silent,
  });
  return {
    meals,
    identity,
    kafka,
    registry: connectRegistry({ url: env.SCHEMA_REGISTRY_URL ?? '', cacheDir: `${dir}/schema-cache-faults` }),
    async close() {
      await Promise.allSettled([meals.end(), identity.end()]);
      await kafka.close();
    },
  };
}
