import type { ClientBase } from 'pg';
import type { ReadModel } from '../types.ts';
import type { Shapes } from './changes.ts';
import { applyAll, ask, blankSheets, type Failure, type Placed } from './fold.ts';
import { loadWanted, write } from './load.ts';
import { NotLoaded } from './sheet.ts';

/** Folds events into the tables of a schema within the caller's transaction; returns those that have to wait. */
export async function foldInto<P extends Placed>(
  client: ClientBase,
  schema: string,
  model: ReadModel,
  shapes: Shapes,
  events: readonly P[],
): Promise<Failure<P>[]> {
  if (events.length === 0) return [];
  const asked = ask(model, shapes, events);
  // Rows the batch writes before it reads them need no reading, unless the event that writes them fails.
  for (const all of [false, true]) {
    const sheets = blankSheets(shapes);
    await loadWanted(client, schema, sheets, asked, all);
    try {
      const failures = applyAll(asked, sheets);
      await write(
        client,
        schema,
        [...sheets.values()].map((sheet) => sheet.take()),
      );
      return failures;
    } catch (error) {
      if (!(error instanceof NotLoaded) || all) throw error;
    }
  }
  return [];
}
