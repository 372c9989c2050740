import { latencies, median } from '@dabba/testing';

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
  const times = latencies();
  const begin = performance.now();
  const end = begin + milliseconds;
  const caller = async () => {
    for (let last = performance.now(); last < end; ) {
      await command();
      const now = performance.now();
      times.record(now - last);
      last = now;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const elapsed = performance.now() - begin;
  return { rate: (times.count() * 1000) / elapsed, p50: times.p(50), p99: times.p(99) };
}

export function medianOf(runs: readonly Run[]): Run {
  const of = (key: keyof Run) => median(runs.map((run) => run[key]));
  return { rate: of('rate'), p50: of('p50'), p99: of('p99') };
}
