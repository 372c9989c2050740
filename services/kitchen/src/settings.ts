import { type Asker, reader } from '@dabba/service-kit';

export interface Settings extends Asker {
  /** Items a station makes side by side, for estimates. */
  atOnce: number;
  /** Milliseconds changes of a kitchen's load gather before they are estimated anew. */
  estimateAfter: number;
  /** Milliseconds a live feed goes on without a new ticket to it. */
  feedFor: number;
  /** Origins of pages that may open a feed; programs send none. */
  origins: readonly string[];
  /** Where wishes are asked for, and milliseconds they are remembered. */
  orders: URL;
  wishesKept: number;
}

/** @throws ConfigError */
export function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const read = reader(env);
  const local = (port: string, fallback: number) => `http://127.0.0.1:${env[port] ?? fallback}`;
  const settings = {
    atOnce: read.count('STATION_AT_ONCE', 4),
    estimateAfter: read.count('ESTIMATE_AFTER_MS', 2_000),
    feedFor: read.count('FEED_FOR_MS', 600_000),
    origins: read.list('CORS_ORIGINS', []),
    orders: read.url('ORDERS_URL', local('ORDERS_PORT', 5017)),
    wishesKept: read.count('WISHES_KEPT_MS', 60_000),
    identity: read.url('IDENTITY_URL', local('IDENTITY_PORT', 5011)),
    clientId: read.text('KITCHEN_CLIENT_ID', 'svc_kitchen'),
    clientSecret: read.text('KITCHEN_CLIENT_SECRET', ''),
  };
  read.done('kitchen');
  return settings;
}
