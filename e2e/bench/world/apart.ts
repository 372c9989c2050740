import { loadRegion, topics } from '@dabba/contracts';
import { connectKafka, topicSettings } from '@dabba/kafka';
import pg from 'pg';

/** Topics nobody else has; returns what removes them. */
export async function createTopics(prefix: string): Promise<() => Promise<void>> {
  const kafka = connectKafka({
    brokers: (process.env.KAFKA_BROKERS ?? '').split(','),
    clientId: 'bench',
    prefix,
  });
  const wanted = topicSettings(topics, loadRegion(), { replicas: 1 });
  await kafka.admin.apply(wanted);
  return async () => {
    await kafka.admin.deleteTopics(wanted.map(({ name }) => name));
    await kafka.close();
  };
}

export function databaseUrl(name: string): string {
  const url = new URL(process.env.DATABASE_URL ?? '');
  url.pathname = `/${name}`;
  return url.href;
}

export async function dropAll(names: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    for (const name of names)
      await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`);
  } finally {
    await client.end();
  }
}
