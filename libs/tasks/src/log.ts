import type { Log as StoreLog } from '@dabba/event-store';
import { Logger } from 'graphile-worker';

/** The part of pino's logger that is used here. */
export interface Log extends StoreLog {
  debug(details: object, message: string): void;
}

export const silent: Log = { debug() {}, warn() {}, error() {} };

/** graphile-worker tells of every task at `info`, which is too much. */
export function graphileLogger(log: Log): Logger {
  return new Logger((scope) => (level, message) => {
    if (level === 'error') log.error(scope, message);
    else if (level === 'warning') log.warn(scope, message);
    else log.debug(scope, message);
  });
}
