/** SQLSTATEs and socket errors that say "not now" rather than "wrong": the caller should come again. */
const passing =
  /^(08...|57P0[1-5]|53...|25006|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_.*)$/;
/** pg and tarn have no codes for these. */
const passingText =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Timeout acquiring a connection|the database system is/;

/** True for errors that mean a server we need cannot be reached at this moment. */
export function isDependencyAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDependencyAway);
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && passing.test(error.code)) return true;
  return passingText.test(error.message) || isDependencyAway(error.cause);
}
