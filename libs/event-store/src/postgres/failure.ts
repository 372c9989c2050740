import { DatabaseError } from 'pg';

export type Failure =
  /** The connection died or the server is away: whether it committed is unknown (E5). */
  | 'unknown'
  /** Nothing was written; the same again will do (E4). */
  | 'again'
  /** The server refuses every write now (a standby, out of disk or connections). */
  | 'away'
  /** Something in the batch is bad (E4). */
  | 'data';

const again = new Set(['40001', '40P01', '55P03']);

export function failureOf(error: unknown): Failure {
  if (!(error instanceof DatabaseError) || error.code === undefined)
    return isOurs(error) ? 'data' : 'unknown';
  if (again.has(error.code)) return 'again';
  const kind = error.code.slice(0, 2);
  if (kind === '57' || kind === '08') return 'unknown';
  if (kind === '53' || kind === '58' || kind === 'XX' || error.code === '25006') return 'away';
  return 'data';
}

/** Thrown by this process before anything was sent. */
function isOurs(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError;
}
