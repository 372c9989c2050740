import { chainSeed, type Instant } from '@dabba/contracts';

/** An entry of a fridge's journal as it came. Hash and prev are null where its device keeps no chain. */
export interface Entry {
  boot: number;
  seq: number;
  hash: string | null;
  prev: string | null;
  at: Instant;
}

export interface Break {
  boot: number;
  seq: number;
  /** Hash of the entry before it; null where none was seen. */
  expected: string | null;
  found: string;
  at: Instant;
}

/** What is kept of a journal, so that each link can be checked once both its ends are known, in whatever order they come. */
export interface Chain {
  /** The latest entry. */
  tip: Entry | null;
  /** Entries whose next one has not come yet, though later ones have. */
  ends: readonly Entry[];
  /** Entries whose previous one has not come yet. One that waits for long is a break as well: something was cut out. */
  starts: readonly Entry[];
}

export const unseen: Chain = { tip: null, ends: [], starts: [] };

/** Older ones have been waited for long enough. */
const kept = 50;
const unchained = 'none';

/** One more entry, each once: duplicates were dropped before (B3). */
export function link(chain: Chain, entry: Entry): { chain: Chain; breaks: Break[] } {
  const { tip } = chain;
  if (tip !== null && before(entry, tip)) return late(chain, entry);
  const next: Chain = { ...chain, tip: entry };
  if (tip === null)
    return {
      chain: { ...next, starts: waits(entry) ? [entry] : [] },
      breaks: begunWrongly(entry) ? [broken(entry, chainSeed)] : [],
    };
  // A device that never chained may begin to at any time; one that did may not stop.
  if (tip.hash === null) return { chain: next, breaks: [] };
  if (follows(tip, entry)) {
    if (entry.prev === tip.hash) return { chain: next, breaks: [] };
    // The last entries of the start before may still come, by another way.
    if (entry.seq > 1 || entry.prev === null) return { chain: next, breaks: [broken(entry, tip.hash)] };
  }
  const waiting = { ends: [...chain.ends, tip].slice(-kept), starts: [...chain.starts, entry].slice(-kept) };
  return { chain: { ...next, ...waiting }, breaks: [] };
}

/** It fills a hole (B3): its own link and that of the one after it can be checked now. */
function late({ tip, ends, starts }: Chain, entry: Entry): { chain: Chain; breaks: Break[] } {
  const breaks: Break[] = [];
  const previous = ends.find((end) => (entry.seq > 1 ? isNext(end, entry) : end.hash === entry.prev));
  const next = starts.find((start) => (start.seq > 1 ? isNext(entry, start) : start.prev === entry.hash));
  if (previous !== undefined && previous.hash !== entry.prev) breaks.push(broken(entry, previous.hash));
  if (next !== undefined && next.prev !== entry.hash) breaks.push(broken(next, entry.hash));
  if (begunWrongly(entry)) breaks.push(broken(entry, chainSeed));
  const unmet = previous === undefined && waits(entry) ? [entry] : [];
  const open = next === undefined ? [entry] : [];
  return {
    chain: {
      tip,
      ends: [...ends.filter((end) => end !== previous), ...open].slice(-kept),
      starts: [...starts.filter((start) => start !== next), ...unmet].slice(-kept),
    },
    breaks,
  };
}

/** The very first one follows from nothing, whatever its device counts its starts from, and one of a device that keeps no chain says of nothing. */
function waits(entry: Entry): boolean {
  return entry.prev !== null && !isFirst(entry) && !(entry.seq === 1 && entry.prev === chainSeed);
}

function begunWrongly(entry: Entry): boolean {
  return isFirst(entry) && entry.prev !== null && entry.prev !== chainSeed;
}

function isFirst({ boot, seq }: Entry): boolean {
  return boot === 1 && seq === 1;
}

function before(one: Entry, other: Entry): boolean {
  return one.boot < other.boot || (one.boot === other.boot && one.seq < other.seq);
}

function isNext(one: Entry, other: Entry): boolean {
  return one.boot === other.boot && one.seq + 1 === other.seq;
}

/** As far as the numbers tell: how many entries the start before had, they do not. */
function follows(tip: Entry, entry: Entry): boolean {
  return isNext(tip, entry) || (entry.boot > tip.boot && entry.seq === 1);
}

function broken({ boot, seq, prev, at }: Entry, expected: string | null): Break {
  return { boot, seq, expected, found: prev ?? unchained, at };
}
