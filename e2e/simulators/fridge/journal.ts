import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Fact } from './fact.ts';
import { type Line, type Memory, nameOf } from './memory.ts';

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

  readInto(memory: Memory): Memory {
    for (const line of this.#lines()) memory.take(line);
    return memory;
  }

  /** Facts that somebody else has promised to keep, oldest first. */
  acknowledged(): Fact[] {
    const facts = new Map<string, Fact>();
    const acknowledged: Fact[] = [];
    for (const line of this.#lines()) {
      if ('fact' in line) facts.set(nameOf(line.fact), line.fact);
      if (!('acknowledged' in line)) continue;
      const fact = facts.get(nameOf(line.acknowledged));
      if (fact) acknowledged.push(fact);
    }
    return acknowledged;
  }

  #lines(): Line[] {
    if (!existsSync(this.#path)) return [];
    const texts = readFileSync(this.#path, 'utf8').split('\n');
    return texts.filter((text) => text !== '').map((text): Line => JSON.parse(text));
  }
}
