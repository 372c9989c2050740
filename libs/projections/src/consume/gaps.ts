/** What is known of one start of a device (B3): every seq up to `highest` was seen, except the missing ones. */
export interface Gaps {
  highest: number;
  /** Inclusive ranges, ascending, apart from each other. */
  missing: readonly (readonly [number, number])[];
}

export const nothingSeen: Gaps = { highest: 0, missing: [] };

/** The gaps after `seq` was seen; undefined if it was seen before. */
export function fill(gaps: Gaps, seq: number): Gaps | undefined {
  const { highest, missing } = gaps;
  if (seq > highest) {
    return { highest: seq, missing: seq === highest + 1 ? missing : [...missing, [highest + 1, seq - 1]] };
  }
  const at = missing.findIndex(([first, last]) => first <= seq && seq <= last);
  const hole = missing[at];
  if (!hole) return undefined;
  const [first, last] = hole;
  const rest: [number, number][] = [];
  if (first < seq) rest.push([first, seq - 1]);
  if (seq < last) rest.push([seq + 1, last]);
  return { highest, missing: [...missing.slice(0, at), ...rest, ...missing.slice(at + 1)] };
}
