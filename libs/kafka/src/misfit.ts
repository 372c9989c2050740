import type { Link } from './link.ts';
import { logRanges, outOfLog } from './log-range.ts';
import type { PartitionState } from './partition-state.ts';

/**
 * A batch that does not begin at the position is old, or comes after a legal gap, or kafkajs reset itself to the
 * beginning of a log that was cut or made anew: only the last is a reason to stop (P3).
 * @returns the reason, or undefined when the position is still good
 */
export async function misfit(
  link: Link,
  state: PartitionState,
  position: number,
  first: number,
): Promise<string | undefined> {
  const range = (await logRanges(link.admin, link.names.outer(state.topic))).get(state.partition);
  const wentBack = state.begun && range !== undefined && first < position && first <= range.low;
  if (wentBack) return `the log begins anew at ${first}, below ${position} which was reached already`;
  return outOfLog(position, range);
}
