import type { PreparedStatement } from '@dabba/event-store';
import type { ClientBase, QueryResultRow } from 'pg';
import type { ReadModel } from '../types.ts';
import type { Shapes } from './changes.ts';
import { applyAll, ask, blankSheets, type Failure, type Placed } from './fold.ts';
import { queryEach, reading, writing } from './load.ts';
import { NotLoaded } from './sheet.ts';

export interface Folded<P extends Placed> {
  /** Those that have to wait. */
  failures: Failure<P>[];
  writes: PreparedStatement[];
}

/** A fold whose reads go with other statements, and its writes with the commit. */
export interface FoldPlan<P extends Placed> {
  reads: readonly PreparedStatement[];
  /**
   * @param found by `reads`, by place
   * @returns undefined where an event failed that was to write what a later one reads: it has to be read after all
   */
  fold(found: readonly (readonly QueryResultRow[])[]): Folded<P> | undefined;
}

/**
 * @param all whether also those rows are read which the events write before they read them; they need no reading, unless
 * the event that writes them fails
 */
export function planFold<P extends Placed>(
  schema: string,
  model: ReadModel,
  shapes: Shapes,
  events: readonly P[],
  all = false,
): FoldPlan<P> {
  const asked = ask(model, shapes, events);
  const sheets = blankSheets(shapes);
  const { statements, learn } = reading(schema, sheets, asked, all);
  return {
    reads: statements,
    fold(found) {
      learn(found);
      try {
        const failures = applyAll(asked, sheets);
        return {
          failures,
          writes: writing(
            schema,
            [...sheets.values()].map((sheet) => sheet.take()),
          ),
        };
      } catch (error) {
        if (!(error instanceof NotLoaded) || all) throw error;
        return undefined;
      }
    },
  };
}

/** Folds events into the tables of a schema within the caller's transaction; returns those that have to wait. */
export async function foldInto<P extends Placed>(
  client: ClientBase,
  schema: string,
  model: ReadModel,
  shapes: Shapes,
  events: readonly P[],
): Promise<Failure<P>[]> {
  for (const all of [false, true]) {
    const plan = planFold(schema, model, shapes, events, all);
    const folded = plan.fold(await queryEach(client, plan.reads));
    if (!folded) continue;
    await queryEach(client, folded.writes);
    return folded.failures;
  }
  return [];
}
