import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export interface DuckLimits {
  memoryMb: number;
  threads: number;
  /** Where it puts what does not fit into its memory. */
  work: string;
}

/** DuckDB within bounds. It works on threads of its own, so the event loop goes on. @param path of its file; in memory where left out */
export function openDuck(
  { memoryMb, threads, work }: DuckLimits,
  path = ':memory:',
): Promise<DuckDBInstance> {
  return DuckDBInstance.create(path, {
    threads: String(threads),
    memory_limit: `${memoryMb}MB`,
    temp_directory: work,
  });
}

/** Work on a connection of its own, which is closed whatever comes of it. */
export async function withDuck<R>(
  instance: DuckDBInstance,
  work: (connection: DuckDBConnection) => Promise<R>,
): Promise<R> {
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
  }
}

/** As a literal in a statement, for where DuckDB takes no parameter. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
