import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dabbaDir, removeStackFolder, startStack } from '@dabba/stack';

export interface Servers {
  dir: string;
  /** Whether they are ours alone. */
  own: boolean;
  close(): Promise<void>;
}

const variables = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'DATABASE_URL'] as const;

/** The servers the environment names, or some of our own, which the environment names from then on. */
export async function openServers(onProgress: (line: string) => void): Promise<Servers> {
  const dir = join(dabbaDir, `bench-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  if (variables.every((name) => process.env[name]))
    return { dir, own: false, close: () => removeStackFolder(dir) };
  const stack = await startStack({ dir, ports: 'free', onProgress });
  process.env.KAFKA_BROKERS = stack.kafkaBrokers.join(',');
  process.env.SCHEMA_REGISTRY_URL = stack.schemaRegistryUrl;
  process.env.DATABASE_URL = stack.databaseUrl;
  return {
    dir,
    own: true,
    async close() {
      await stack.stop();
      await removeStackFolder(dir);
    },
  };
}
