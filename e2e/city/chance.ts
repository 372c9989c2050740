/** A die of its own for everybody who throws one: the same seed and name, the same throws, whatever others do meanwhile. */
export interface Chance {
  /** Another die; its throws depend on the name alone. */
  of(name: string): Chance;
  /** From 0 up to 1. */
  next(): number;
  /** True so often out of one. */
  happens(share: number): boolean;
  pick<T>(from: readonly T[]): T | undefined;
}

export function chanceFrom(seed: string): Chance {
  let state = hash(seed);
  // Mulberry32: small, and good enough for who comes to lunch.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    of: (name) => chanceFrom(`${seed}/${name}`),
    next,
    happens: (share) => next() < share,
    pick: (from) => from[Math.floor(next() * from.length)],
  };
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value;
}
