import type { Recorded } from '@dabba/contracts';

/** One thing of the catalog as this replica knows it. */
export interface Entry<S> {
  id: string;
  /** Of its stream. */
  version: number;
  state: S;
}

/** Everything of one kind, folded from events in whatever way they arrive: a version that is known is passed over. */
export class Entries<S, E extends Recorded> {
  readonly #byId = new Map<string, Entry<S>>();
  readonly #type: { name: string; initial(): S; evolve(state: S, event: E): S };

  constructor(type: { name: string; initial(): S; evolve(state: S, event: E): S }) {
    this.#type = type;
  }

  get kind(): string {
    return this.#type.name;
  }

  get(id: string): Entry<S> | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<Entry<S>> {
    return this.#byId.values();
  }

  /** Whether it is news. */
  learn(entry: Entry<S>): boolean {
    if (entry.version <= (this.#byId.get(entry.id)?.version ?? 0)) return false;
    this.#byId.set(entry.id, entry);
    return true;
  }

  /** The state after an event that is news; undefined for one that was known. */
  apply(event: E): Entry<S> | undefined {
    const { stream: id, version } = event.meta;
    const before = this.#byId.get(id);
    if (version <= (before?.version ?? 0)) return undefined;
    const state = this.#type.evolve(before?.state ?? this.#type.initial(), event);
    const entry = { id, version, state };
    this.#byId.set(id, entry);
    return entry;
  }
}
