import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** A command somebody was told is done. */
export type AcceptedCommand = { key: string; metro: string } & (
  | { kind: 'lot'; lotId: string; mealIds: readonly string[] }
  | { kind: 'fridge-command'; fridgeId: string; commandId: string }
  | { kind: 'ship' | 'return'; mealId: string }
  | AcceptedSession
);

/** A door that may open, or did. */
export interface AcceptedSession {
  kind: 'session';
  sessionId: string;
  fridgeId: string;
  customerId: string;
  /** OPENING: nobody waited for the door, and it may yet stay shut. */
  state: string;
  /** Meal id → minor units that were shown. */
  prices: Readonly<Record<string, number>>;
}

/**
 * What the platform promised: every accepted command, in memory and appended to a file. Facts are in the journals of the
 * fridges, with their acknowledgements.
 */
export class Ledger {
  readonly commands: AcceptedCommand[] = [];
  /** Sent, and not answered yet. */
  open = 0;
  /** A promise broken in plain sight: a legal command refused, or never answered. */
  readonly broken: string[] = [];
  /** Keys that got two different answers (E7). */
  readonly twoAnswers: string[] = [];
  /** HTTP status, or name of the error → how often. */
  readonly answers = new Map<string, number>();
  /** Code of a lawful refusal → how often. */
  readonly refusals = new Map<string, number>();
  /**
   * Keys whose last try was refused. An earlier try, which nobody had the patience to wait for, may yet have been accepted: a
   * door that was given up, or one that opens to somebody who has left.
   */
  readonly refusedKeys = new Set<string>();
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
  }

  accept(command: AcceptedCommand): void {
    this.commands.push(command);
    appendFileSync(this.#path, `${JSON.stringify(command)}\n`);
  }

  refused(key: string, code: string): void {
    count(this.refusals, code);
    this.refusedKeys.add(key);
  }

  answered(how: string): void {
    count(this.answers, how);
  }
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
