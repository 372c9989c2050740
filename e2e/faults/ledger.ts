import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** A command somebody was told is done. */
export type AcceptedCommand =
  | { kind: 'lot'; key: string; metro: string; lotId: string; mealIds: readonly string[] }
  | { kind: 'fridge-command'; key: string; metro: string; fridgeId: string; commandId: string };

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
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
  }

  accept(command: AcceptedCommand): void {
    this.commands.push(command);
    appendFileSync(this.#path, `${JSON.stringify(command)}\n`);
  }

  answered(how: string): void {
    this.answers.set(how, (this.answers.get(how) ?? 0) + 1);
  }
}
