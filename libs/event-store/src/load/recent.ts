import type { PreparedCommand } from '../append/command.ts';
import { keepNewest } from '../keep-newest.ts';
import type { StreamRow } from './loader.ts';

/** Streams kept, and characters of a state that is worth keeping: some 64 MB where all are as large. */
const most = 4_000;
const largest = 16_384;

/**
 * Streams as this process wrote them last, for whoever goes on with them: a saga comes back to the same few within seconds.
 * Another process may have written since. An append says so, for it checks the version of each stream a decision looked at; a
 * decision that appends nothing, refuses or throws is made again on what the database has.
 */
export class RecentStreams {
  readonly #rows = new Map<string, StreamRow>();

  get(id: string): StreamRow | undefined {
    return this.#rows.get(id);
  }

  /** The command is committed. Only while its streams are held, so that no older state comes after a newer one. */
  keep({ writes }: Pick<PreparedCommand, 'writes'>): void {
    for (const { stream: id, type, metro, partition, expected, added, state, revision } of writes) {
      if (added === 0) continue;
      this.#rows.delete(id);
      if (state === null || state.length > largest) continue;
      const row = { id, type, metro, partition, version: expected + added, state, state_rev: revision };
      keepNewest(this.#rows, id, row, most);
    }
  }

  /** What is written next to them is not known. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.#rows.delete(id);
  }
}
