import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { obtainStack } from '../obtain.ts';
import { removeStackFolder } from '../postgres/elsewhere.ts';
import { dabbaDir } from '../prepare/folders.ts';
import { identify } from '../process/identity.ts';

/**
 * Obtains the servers once for all tests of a run, and tells their addresses to every worker by the environment, and to the other
 * projects of the run, which have this setup as well. Whoever started them stops them and tidies up.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  await removeLeftovers();
  const dir = join(dabbaDir, `test-${process.pid}`);
  const first = !existsSync(dir);
  // Their registry is theirs alone.
  process.env.SCHEMA_CACHE_DIR = join(dir, 'schema-cache');
  const stack = await obtainStack({ dir, ports: 'free', onProgress: console.log });
  process.env.KAFKA_BROKERS = stack.kafkaBrokers.join(',');
  process.env.SCHEMA_REGISTRY_URL = stack.schemaRegistryUrl;
  process.env.DATABASE_URL = stack.databaseUrl;
  return async () => {
    await stack.stop();
    if (first) await removeStackFolder(dir);
  };
}

/** Folders of runs that were killed; their servers ended with them. */
async function removeLeftovers(): Promise<void> {
  if (!existsSync(dabbaDir)) return;
  for (const name of readdirSync(dabbaDir)) {
    const pid = name.match(/^test-(\d+)$/)?.[1];
    if (pid && !identify(Number(pid))) await removeStackFolder(join(dabbaDir, name));
  }
}
