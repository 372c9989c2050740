import type { PreparedCommand, StreamWrite } from '../append/command.ts';
import { keepNewest } from '../keep-newest.ts';
import type { StreamRow } from './loader.ts';

/** A stream as this process knows it; undefined: there is nothing of it. */
export interface Known {
  row: StreamRow | undefined;
}

/** Streams kept, and characters of a state that is worth keeping: some 64 MB where all are as large. */
const most = 4_000;
const largest = 16_384;

/**
 * Streams as this process wrote them last, and those its appends looked at, for whoever goes on with them: a saga comes back
 * to the same few within seconds. Another process may have written since. An append says so, for it checks the version of each
 * stream a decision looked at, as does a reaction that appends nothing; one that refuses or throws is made again on what the database has.
 */
export class RecentStreams {
  readonly #known = new Map<string, Known>();

  get(id: string): Known | undefined {
    return this.#known.get(id);
  }

  /**
   * The command is committed. Only while its streams are held, so that no older state comes after a newer one.
   * @param opened what it was decided on: of what it only looked at, that is how it is
   */
  keep({ writes }: Pick<PreparedCommand, 'writes'>, opened: readonly Opened[]): void {
    const before = new Map(opened.map(({ ref, loaded }) => [ref.id, loaded.row]));
    for (const write of writes) {
      this.#known.delete(write.stream);
      const known = knownAfter(write, before.get(write.stream));
      if (known && (known.row?.state.length ?? 0) <= largest)
        keepNewest(this.#known, write.stream, known, most);
    }
  }

  /** What is written next to them is not known. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.#known.delete(id);
  }
}

interface Opened {
  ref: { id: string };
  loaded: Known;
}

/** @param before how a stream was that was only looked at */
function knownAfter(write: StreamWrite, before: StreamRow | undefined): Known | undefined {
  const { stream: id, type, metro, partition, expected, added, state, revision } = write;
  if (added === 0) return { row: before };
  if (state === null) return undefined;
  return { row: { id, type, metro, partition, version: expected + added, state, state_rev: revision } };
}
