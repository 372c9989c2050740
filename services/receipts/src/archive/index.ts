import type { StoreDeps } from '@dabba/service-kit';
import { type Archive, openArchive } from './read/archive.ts';
import { type ArchiveSettings, archiveSettings } from './settings.ts';

/** Days that are closed, as this process writes and reads them. */
export interface OpenArchive extends Archive {
  settings: ArchiveSettings;
}

const known = new WeakMap<object, OpenArchive>();

/** One for each process. @throws ConfigError */
export function archiveOf({ pool, env }: Pick<StoreDeps, 'pool' | 'env'>): OpenArchive {
  const found = known.get(pool);
  if (found) return found;
  const settings = archiveSettings(env);
  const opened = { settings, ...openArchive(pool, settings) };
  known.set(pool, opened);
  return opened;
}
