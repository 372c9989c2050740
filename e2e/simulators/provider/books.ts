import { Journal } from '../journal.ts';

/** Anything a provider holds: its id, and what it is. */
export interface Entry {
  id: string;
  object: string;
}
export type EntryOf<T extends Entry, K extends T['object']> = Extract<T, { object: K }>;

/** What was answered under a key of idempotency. */
export interface Answered {
  key: string;
  /** Of method, path and parameters. */
  hash: string;
  status: number;
  body: string;
  /** UTC milliseconds. */
  at: number;
}

/** Everything one request changed: it is kept whole or not at all. */
export interface Page<T extends Entry> {
  things?: readonly T[];
  answered?: Answered;
  /** An event that a receiver has taken, or never will. */
  told?: { event: string; endpoint: string };
}

/** What a provider holds, in a file of JSON lines that outlives the process: a line is a request with all it changed. */
export class Books<T extends Entry> {
  readonly #journal: Journal<Page<T>>;
  readonly #things = new Map<string, T>();
  /** Ids of each kind, in the order in which they were made: few are asked for among very many. */
  readonly #kinds = new Map<string, string[]>();
  readonly #answers = new Map<string, Answered>();
  readonly #told = new Set<string>();

  constructor(path: string) {
    // A provider is elsewhere: when this machine goes down, it does not.
    this.#journal = new Journal(path, (page) => this.#keep(page), 'process');
  }

  write(page: Page<T>): void {
    this.#journal.append(page);
    this.#keep(page);
  }

  get(id: string): T | undefined {
    return this.#things.get(id);
  }

  /** In the order in which they were made. */
  all<K extends T['object']>(kind: K): EntryOf<T, K>[] {
    return [...this.newest(kind)].reverse();
  }

  *newest<K extends T['object']>(kind: K): Generator<EntryOf<T, K>> {
    const ids = this.#kinds.get(kind) ?? [];
    for (let place = ids.length - 1; place >= 0; place--) {
      const thing = this.#things.get(ids[place] ?? '');
      if (thing && isA(thing, kind)) yield thing;
    }
  }

  answerTo(key: string): Answered | undefined {
    return this.#answers.get(key);
  }

  wasTold(event: string, endpoint: string): boolean {
    return this.#told.has(`${event} ${endpoint}`);
  }

  close(): void {
    this.#journal.close();
  }

  #keep({ things = [], answered, told }: Page<T>): void {
    for (const thing of things) {
      const ids = this.#kinds.get(thing.object) ?? [];
      if (!this.#things.has(thing.id)) ids.push(thing.id);
      this.#things.set(thing.id, thing);
      this.#kinds.set(thing.object, ids);
    }
    if (answered) this.#answers.set(answered.key, answered);
    if (told) this.#told.add(`${told.event} ${told.endpoint}`);
  }
}

export function isA<T extends Entry, K extends T['object']>(thing: T, kind: K): thing is EntryOf<T, K> {
  return thing.object === kind;
}
