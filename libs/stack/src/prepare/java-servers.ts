import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dabbaDir, serversDir } from './folders.ts';
import { findJava } from './java.ts';
import { runMaven } from './maven.ts';

export interface JavaServers {
  java: string;
  /** Folder of Kafka's jars. */
  kafka: string;
  /** Folder of the unpacked registry. */
  registry: string;
}

/**
 * Kafka and the registry, fetched on first use and kept for good: afterwards no network is needed. A change of versions in
 * the pom makes a new folder beside the old one.
 *
 * @throws StackError without Java, or without Maven when something is to be fetched.
 */
export async function prepareJavaServers(onProgress: (line: string) => void): Promise<JavaServers> {
  const java = findJava();
  const pom = join(serversDir, 'pom.xml');
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 8);
  const cache = join(dabbaDir, 'servers');
  const folder = join(cache, `java-${version}`);
  if (!existsSync(folder)) await fetchInto(folder, pom, cache, onProgress);
  return { java, kafka: join(folder, 'kafka'), registry: join(folder, 'registry') };
}

async function fetchInto(folder: string, pom: string, cache: string, onProgress: (line: string) => void) {
  const partial = `${folder}.${process.pid}`;
  mkdirSync(cache, { recursive: true });
  rmSync(partial, { recursive: true, force: true });
  onProgress('Fetching Kafka and the schema registry with Maven (200 MB, once)');
  try {
    await runMaven(
      ['-f', pom, `-Dservers.dir=${partial}`, 'generate-resources'],
      join(cache, 'maven.log'),
      onProgress,
    );
    // Only a whole folder gets the name; should someone else have been quicker, theirs is as good.
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
