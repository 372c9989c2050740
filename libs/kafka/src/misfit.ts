import { type LogRange, outOfLog } from './log-range.ts';

/**
 * A batch that does not begin at the position is old, or comes after a legal gap, or kafkajs reset itself to the
 * beginning of a log that was cut or made anew: only the last is a reason to stop (P3).
 * @param begun whether the position was reached by reading, and not only given by the checkpoint
 * @returns the reason, or undefined when the position is still good
 */
export function misfit(
  range: LogRange | undefined,
  { position, begun }: { position: number; begun: boolean },
  first: number,
): string | undefined {
  const wentBack = begun && range !== undefined && first < position && first <= range.low;
  if (wentBack) return `the log begins anew at ${first}, below ${position} which was reached already`;
  return outOfLog(position, range);
}
