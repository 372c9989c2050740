import pg from 'pg';

/** Data that no repetition will make fit: SQLSTATE classes 22 (data) and 23 (constraints). */
export function isDataError(error: unknown): error is Error {
  return error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '');
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
