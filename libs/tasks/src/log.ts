import { Logger } from 'graphile-worker';

/** The part of pino's logger that is used here. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** graphile-worker tells of every task at `info`, which is too much. */
export function graphileLogger(log: Log): Logger {
  return new Logger((scope) => (level, message) => {
    if (level === 'error') log.error(scope, message);
    else if (level === 'warning') log.warn(scope, message);
    else log.debug(scope, message);
  });
}
