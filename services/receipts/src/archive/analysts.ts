import { readFile } from 'node:fs/promises';
import type { StoreDeps } from '@dabba/service-kit';
import { importDays } from './close/import.ts';
import { archiveSettings } from './settings.ts';
import { type Days, newYear, withAnalyst } from './sql/analyst.ts';
import { hotReceipts } from './sql/hot.ts';

export type { Days } from './sql/analyst.ts';

/** Questions that ship with this release. */
const shipped: Readonly<Record<string, URL>> = { 'new-year': newYear };

/** @throws Error that names those there are */
export function shippedQuery(name: string): Promise<string> {
  const found = shipped[name];
  if (found) return readFile(found, 'utf8');
  throw new Error(`No query ${name}; there are ${Object.keys(shipped).join(', ')}`);
}

/**
 * Rows of a question over archived days, and, where the service's database is given, over hot ones. Reads only.
 * @throws Error DuckDB's, in words
 */
export function askReceipts(
  env: NodeJS.ProcessEnv,
  days: Days,
  sql: string,
  hot?: Pick<StoreDeps, 'pool' | 'store'>,
): Promise<object[]> {
  return withAnalyst(archiveSettings(env), days, hot && hotReceipts(hot, days), async (duck) =>
    (await duck.runAndReadAll(sql)).getRowObjectsJson(),
  );
}

/** Makes the index of archived days again from the store. How many were missing. */
export function importArchive({ pool, env, now }: Pick<StoreDeps, 'pool' | 'env' | 'now'>): Promise<number> {
  return importDays(pool, archiveSettings(env), now());
}
