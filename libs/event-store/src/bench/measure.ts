export interface Run {
  /** Commands a second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** So many callers, each beginning its next command when the last one returned. */
export async function measure(
  command: () => Promise<void>,
  callers: number,
  milliseconds: number,
): Promise<Run> {
  const times: number[] = [];
  const begin = performance.now();
  const end = begin + milliseconds;
  const caller = async () => {
    for (let last = performance.now(); last < end; ) {
      await command();
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const elapsed = performance.now() - begin;
  times.sort((a, b) => a - b);
  return { rate: (times.length * 1000) / elapsed, p50: at(times, 0.5), p99: at(times, 0.99) };
}

export function medianOf(runs: readonly Run[]): Run {
  const median = (of: (run: Run) => number) =>
    at(
      runs.map(of).sort((a, b) => a - b),
      0.5,
    );
  return { rate: median(({ rate }) => rate), p50: median(({ p50 }) => p50), p99: median(({ p99 }) => p99) };
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}
