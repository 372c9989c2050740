import pg from 'pg';

/** Creates the database if it is missing; two processes doing so at once both succeed. */
export async function createDatabase(url: string, maintenanceUrl: string): Promise<void> {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  const client = new pg.Client({ connectionString: maintenanceUrl });
  // Should it be lost between two statements, the next one says so.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } catch (error) {
    if (!isTaken(error)) throw error;
  } finally {
    await client.end();
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '42P04' || error.code === '23505');
}
