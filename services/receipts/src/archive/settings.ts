import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reader } from '@dabba/service-kit';
import { type ObjectStore, objectStore } from './objects.ts';

export interface ArchiveSettings {
  objects: ObjectStore;
  /** Days before today that stay in Postgres at least. */
  hotDays: number;
  /** Where days are written before they are put into the store, and copies of a distant store's parts are kept. */
  work: string;
  /** Of DuckDB, for writing a day as for reading. */
  memoryMb: number;
  threads: number;
  /** Cold questions answered at once; so many more wait, and others are told to come back. */
  queries: number;
  waiting: number;
  /** Of copies of parts, where the store is distant. */
  copiesMb: number;
}

/** @throws ConfigError */
export function archiveSettings(env: NodeJS.ProcessEnv): ArchiveSettings {
  const read = reader(env);
  const settings = {
    objects: objectStore(read),
    hotDays: read.count('RECEIPT_HOT_DAYS', 31),
    work: read.text('ARCHIVE_WORK', join(tmpdir(), 'dabba-archive')),
    memoryMb: read.count('ARCHIVE_MEMORY_MB', 512),
    threads: read.count('ARCHIVE_THREADS', 2),
    queries: read.count('ARCHIVE_QUERIES', 2),
    waiting: read.count('ARCHIVE_WAITING', 32),
    copiesMb: read.count('ARCHIVE_COPIES_MB', 4096),
  };
  read.done('receipts');
  return settings;
}
