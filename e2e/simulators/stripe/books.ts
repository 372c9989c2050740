import { Journal } from '../journal.ts';
import type { Kind, Thing, ThingOf } from './objects.ts';

/** What was answered under an Idempotency-Key. */
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
export interface Page {
  things?: readonly Thing[];
  answered?: Answered;
  /** An event that a receiver has taken, or never will. */
  told?: { event: string; endpoint: string };
}

/** What Stripe holds, in a file of JSON lines that outlives the process: a line is a request with all it changed. */
export class Books {
  readonly #journal: Journal<Page>;
  readonly #things = new Map<string, Thing>();
  /** Each of which few are asked for among very many. */
  readonly #kinds = new Map<Kind, Set<string>>();
  readonly #answers = new Map<string, Answered>();
  readonly #told = new Set<string>();

  constructor(path: string) {
    this.#journal = new Journal(path, (page) => this.#keep(page));
  }

  /** Writes and syncs before it returns. */
  write(page: Page): void {
    this.#journal.append(page);
    this.#keep(page);
  }

  get(id: string): Thing | undefined {
    return this.#things.get(id);
  }

  /** In the order in which they were made. */
  all<K extends Kind>(kind: K): ThingOf<K>[] {
    const found: ThingOf<K>[] = [];
    for (const id of this.#kinds.get(kind) ?? []) {
      const thing = this.#things.get(id);
      if (thing && isA(thing, kind)) found.push(thing);
    }
    return found;
  }

  answerTo(key: string): Answered | undefined {
    return this.#answers.get(key);
  }

  forgetAnswers(): void {
    this.#answers.clear();
  }

  wasTold(event: string, endpoint: string): boolean {
    return this.#told.has(`${event} ${endpoint}`);
  }

  close(): void {
    this.#journal.close();
  }

  #keep({ things = [], answered, told }: Page): void {
    for (const thing of things) {
      this.#things.set(thing.id, thing);
      const kind = this.#kinds.get(thing.object) ?? new Set();
      this.#kinds.set(thing.object, kind.add(thing.id));
    }
    if (answered) this.#answers.set(answered.key, answered);
    if (told) this.#told.add(`${told.event} ${told.endpoint}`);
  }
}

export function isA<K extends Kind>(thing: Thing, kind: K): thing is ThingOf<K> {
  return thing.object === kind;
}
