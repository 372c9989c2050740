import { type Answered, type Books, type Entry, type EntryOf, isA } from './books.ts';

/** What one request does to the books, until it is written. */
export class Changes<T extends Entry> {
  readonly #books: Books<T>;
  readonly #changed = new Map<string, T>();

  constructor(books: Books<T>) {
    this.#books = books;
  }

  find<K extends T['object']>(kind: K, id: string): EntryOf<T, K> | undefined {
    const thing = this.#changed.get(id) ?? this.#books.get(id);
    return thing && isA(thing, kind) ? structuredClone(thing) : undefined;
  }

  /** Of the books and of this request, newest first. To be read: what is to be changed is found by its id. */
  all<K extends T['object']>(kind: K): EntryOf<T, K>[] {
    return [...this.newest(kind)];
  }

  /** As {@link all}, for who needs the first few. */
  *newest<K extends T['object']>(kind: K): Generator<EntryOf<T, K>> {
    for (const thing of this.changed().reverse())
      if (isA(thing, kind) && this.#books.get(thing.id) === undefined) yield thing;
    for (const thing of this.#books.newest(kind)) {
      const changed = this.#changed.get(thing.id);
      yield changed && isA(changed, kind) ? changed : thing;
    }
  }

  put<U extends T>(thing: U): U {
    this.#changed.set(thing.id, structuredClone(thing));
    return thing;
  }

  changed(): T[] {
    return [...this.#changed.values()];
  }

  /** Into the books, with what was answered. @returns what changed */
  write(answered?: Answered): T[] {
    const things = this.changed();
    if (things.length > 0 || answered)
      this.#books.write({ ...(things.length > 0 && { things }), ...(answered && { answered }) });
    return things;
  }
}
