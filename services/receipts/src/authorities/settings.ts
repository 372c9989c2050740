import { reader } from '@dabba/service-kit';

/** Where an authority is, who we are to it, and what it grants. Times in milliseconds. */
export interface Settings {
  url: URL;
  user: string;
  secret: string;
  timeout: number;
  settles: number;
  rate: { perSecond: number; burst: number };
}

/**
 * From `<PREFIX>_URL`, `_USER`, `_SECRET`, `_TIMEOUT`, `_SETTLES`, `_PER_SECOND`, `_BURST`; undefined where no URL is set.
 * @throws ConfigError
 */
export function settingsFrom(env: NodeJS.ProcessEnv, prefix: string): Settings | undefined {
  const read = reader(env);
  if (!read.has(`${prefix}_URL`)) return undefined;
  const settings = {
    url: read.url(`${prefix}_URL`, ''),
    user: read.text(`${prefix}_USER`, 'dabba'),
    secret: read.text(`${prefix}_SECRET`, 'dabba-secret'),
    timeout: read.count(`${prefix}_TIMEOUT`, 10_000),
    settles: read.count(`${prefix}_SETTLES`, 10_000),
    rate: { perSecond: read.count(`${prefix}_PER_SECOND`, 50), burst: read.count(`${prefix}_BURST`, 200) },
  };
  read.done('receipts');
  return settings;
}
