import type { Recorded } from '@dabba/contracts';
import { ModelMistake } from '../model-mistake.ts';
import { messageOf } from '../postgres/errors.ts';
import type { ReadModel } from '../types.ts';
import { type Change, Recorder, reads, type Shapes } from './changes.ts';
import { NotLoaded, Sheet } from './sheet.ts';

/** An event with the place it came from. */
export interface Placed {
  event: Recorded;
  offset: number;
}

/** Event → what the fold asks for, or why it could not say. */
export type Asked<P extends Placed> = { placed: P; changes: Change[] } | { placed: P; error: string };

export type Sheets = ReadonlyMap<string, Sheet>;

export function blankSheets(shapes: Shapes, complete = false): Sheets {
  return new Map([...shapes].map(([table, shape]) => [table, new Sheet(shape, complete)]));
}

/** Runs the folds; nothing is changed yet. */
export function ask<P extends Placed>(model: ReadModel, shapes: Shapes, events: readonly P[]): Asked<P>[] {
  const recorder = new Recorder(model, shapes);
  return events.map((placed) => {
    try {
      return { placed, changes: recorder.changesOf(placed.event) };
    } catch (error) {
      if (error instanceof ModelMistake) throw error;
      return { placed, error: messageOf(error) };
    }
  });
}

/**
 * Table → key id → key of the rows that have to be read first.
 * @param all also those which the batch itself writes before it reads them
 */
export function wanted(asked: readonly Asked<Placed>[], sheets: Sheets, all: boolean) {
  const keys = new Map<string, Map<string, Change['key']>>();
  const written = new Set<string>();
  for (const one of asked) {
    if (!('changes' in one)) continue;
    for (const change of one.changes) {
      const place = `${change.table}\n${change.id}`;
      if (reads(change) && (all || !written.has(place)) && !sheets.get(change.table)?.knows(change.id)) {
        const ofTable = keys.get(change.table) ?? new Map<string, Change['key']>();
        keys.set(change.table, ofTable.set(change.id, change.key));
      }
      written.add(place);
    }
  }
  return keys;
}

export interface Failure<P extends Placed> {
  placed: P;
  error: string;
}

/**
 * Applies what was asked, in order. A failing event changes nothing, and its stream's later events wait with it (P4,
 * P5): they are among the failures too.
 */
export function applyAll<P extends Placed>(asked: readonly Asked<P>[], sheets: Sheets): Failure<P>[] {
  const failures: Failure<P>[] = [];
  const waiting = new Map<string, string>();
  for (const one of asked) {
    const { placed } = one;
    const behind = waiting.get(placed.event.meta.stream);
    const error = behind ?? ('error' in one ? one.error : tryChanges(one.changes, sheets));
    if (error === undefined) continue;
    failures.push({ placed, error });
    if (behind === undefined) waiting.set(placed.event.meta.stream, `behind ${placed.event.meta.id}`);
  }
  return failures;
}

function tryChanges(changes: readonly Change[], sheets: Sheets): string | undefined {
  const undoable = changes.length > 1;
  try {
    // The only change of an event has nothing before it to be taken back.
    for (const change of changes) sheets.get(change.table)?.apply(change, undoable);
  } catch (error) {
    for (const sheet of sheets.values()) sheet.revert();
    if (error instanceof NotLoaded || error instanceof ModelMistake) throw error;
    return messageOf(error);
  }
  if (undoable) for (const sheet of sheets.values()) sheet.keep();
  return undefined;
}
