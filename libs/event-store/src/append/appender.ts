import type { Pool } from 'pg';
import { batcher, type Outcome } from '../batcher.ts';
import type { SchemaBook } from '../load/schema-book.ts';
import { failureOf } from '../postgres/failure.ts';
import { withPatience } from '../postgres/patience.ts';
import { callAppend } from './call.ts';
import type { AppendResult, PreparedCommand } from './command.ts';

export interface AppenderOptions {
  pool: Pool;
  schemas: SchemaBook;
  /** Whether other processes should be told; asked for each batch. */
  wake(): boolean;
  /** Called after each commit that wrote events. */
  committed(): void;
  /** Milliseconds to go on trying while the database is away. */
  patience: number;
}

/** Group commit of appends: one batch in flight, the next one collects meanwhile. */
export function appender(options: AppenderOptions): (command: PreparedCommand) => Promise<AppendResult> {
  return batcher<PreparedCommand, AppendResult>((commands) => appendAll(options, commands), {
    most: 500,
    mostBytes: 8 * 1024 * 1024,
    size: ({ events }) => events.reduce((sum, { data }) => sum + data.length, 0),
  });
}

async function appendAll(
  options: AppenderOptions,
  commands: readonly PreparedCommand[],
): Promise<Outcome<AppendResult>[]> {
  try {
    const results = await appendOnce(options, commands);
    return results.map((value) => ({ ok: true, value }));
  } catch (error) {
    if (failureOf(error) !== 'data' || commands.length === 1)
      return commands.map(() => ({ ok: false, error }));
    // E4: the culprit ends up alone; its neighbours succeed.
    const middle = commands.length >> 1;
    return [
      ...(await appendAll(options, commands.slice(0, middle))),
      ...(await appendAll(options, commands.slice(middle))),
    ];
  }
}

/** E5: the identical batch is tried again after a lost connection; the store knows what it has applied already. */
async function appendOnce(
  { pool, schemas, patience, wake, committed }: AppenderOptions,
  commands: readonly PreparedCommand[],
): Promise<AppendResult[]> {
  const results = await withPatience(patience, async () => {
    await schemas.keep(pool, commands);
    return callAppend(pool, commands, wake());
  });
  if (results.some(({ outcome }) => outcome === 'applied')) committed();
  return results;
}
