import type { StackAddresses } from '@dabba/stack';
import pg from 'pg';

/** Of the servers every test shares, as the global setup says. */
export function servers(): StackAddresses {
  return {
    kafkaBrokers: told('KAFKA_BROKERS').split(','),
    schemaRegistryUrl: told('SCHEMA_REGISTRY_URL'),
    databaseUrl: told('DATABASE_URL'),
  };
}

export async function dropDatabases(names: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: servers().databaseUrl });
  await client.connect();
  try {
    for (const name of names) await client.query(`drop database if exists ${name} with (force)`);
  } finally {
    await client.end();
  }
}

function told(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run through \`npm test\`, which starts the servers`);
  return value;
}
