import { Journal } from '../journal.ts';

/** One registration. A receipt that was sent twice has two of them, as at a real office. */
export interface Entry {
  /** The sender's id of the receipt. */
  id: string;
  /** Number the office gave it. */
  reference: string;
  /** For whom it was sent. */
  client: string;
  /** UTC milliseconds. */
  at: number;
}

/** What an office holds, in a file of JSON lines that outlives the process. */
export class Ledger {
  readonly #journal: Journal<Entry>;
  readonly #byId = new Map<string, Entry[]>();
  #count = 0;

  constructor(path: string) {
    this.#journal = new Journal(path, (entry) => this.#keep(entry));
  }

  /** Writes and syncs before it returns: what an office says it holds it still holds after a crash. */
  add(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    this.#journal.append(...entries);
    for (const entry of entries) this.#keep(entry);
  }

  get count(): number {
    return this.#count;
  }

  entriesOf(id: string): readonly Entry[] {
    return this.#byId.get(id) ?? [];
  }

  all(): Entry[] {
    return [...this.#byId.values()].flat();
  }

  /** Receipt id → its references, and how many there are of everything. */
  view() {
    const receipts = Object.fromEntries(
      [...this.#byId].map(([id, entries]) => [id, entries.map(({ reference }) => reference)]),
    );
    const doubled = [...this.#byId.values()].filter((entries) => entries.length > 1).length;
    return { receipts, counts: { receipts: this.#byId.size, registrations: this.#count, doubled } };
  }

  close(): void {
    this.#journal.close();
  }

  #keep(entry: Entry): void {
    this.#count += 1;
    const known = this.#byId.get(entry.id);
    if (known) known.push(entry);
    else this.#byId.set(entry.id, [entry]);
  }
}
