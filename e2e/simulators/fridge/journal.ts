import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Fact } from './fact.ts';

type Line = { boot: number } | { fact: Fact } | { acknowledged: { boot: number; seq: number } };

/** What a fridge knows after a crash. */
export interface Remembered {
  boot: number;
  /** Not yet acknowledged, oldest first. */
  outbox: Fact[];
  /** Meal ids of the tags inside. */
  inside: Set<string>;
  /** Ids of the commands it has obeyed. */
  done: Set<string>;
  /** Nonces of the doors it opened. */
  nonces: Set<string>;
}

/** The fridge's own append-only file: what it saw is written here before anything else is done with it. */
export class Journal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
  }

  append(...lines: Line[]): void {
    appendFileSync(this.#path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  read(): Remembered {
    const memory: Remembered = { boot: 0, outbox: [], inside: new Set(), done: new Set(), nonces: new Set() };
    if (!existsSync(this.#path)) return memory;
    const outbox = new Map<string, Fact>();
    for (const text of readFileSync(this.#path, 'utf8').split('\n')) {
      if (text === '') continue;
      const line: Line = JSON.parse(text);
      if ('fact' in line) {
        outbox.set(nameOf(line.fact), line.fact);
        remember(memory, line.fact);
      } else if ('acknowledged' in line) outbox.delete(nameOf(line.acknowledged));
      else memory.boot = line.boot;
    }
    memory.outbox = [...outbox.values()];
    return memory;
  }
}

export function remember(
  { inside, done, nonces }: Pick<Remembered, 'inside' | 'done' | 'nonces'>,
  fact: Fact,
): void {
  if (fact.type === 'meal_stocked') inside.add(fact.data.meal_id);
  else if (fact.type === 'meal_sold' || fact.type === 'meal_missing') inside.delete(fact.data.meal_id);
  else if (fact.type === 'command_done') done.add(fact.data.command_id);
  else if (fact.type === 'door_opened' && fact.data.nonce !== undefined) nonces.add(fact.data.nonce);
  else if (fact.type === 'door_closed') {
    for (const tag of fact.data.taken) inside.delete(tag);
    for (const tag of fact.data.added) inside.add(tag);
  }
}

function nameOf({ boot, seq }: { boot: number; seq: number }): string {
  return `${boot}/${seq}`;
}
