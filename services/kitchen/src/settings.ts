import { reader } from '@dabba/service-kit';

export interface Settings {
  /** Items a station makes side by side, for estimates. */
  atOnce: number;
  /** Milliseconds changes of a kitchen's load gather before they are estimated anew. */
  estimateAfter: number;
  /** Milliseconds a live feed goes on without a new ticket to it. */
  feedFor: number;
  /** Origins of pages that may open a feed; programs send none. */
  origins: readonly string[];
}

/** @throws ConfigError */
export function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const read = reader(env);
  const settings = {
    atOnce: read.count('STATION_AT_ONCE', 4),
    estimateAfter: read.count('ESTIMATE_AFTER_MS', 2_000),
    feedFor: read.count('FEED_FOR_MS', 600_000),
    origins: read.list('CORS_ORIGINS', []),
  };
  read.done('kitchen');
  return settings;
}
