import { build } from 'hdr-histogram-js';

/** Latencies to three digits, however many, in the room of a few thousand counters. */
export interface Latencies {
  /** Milliseconds. */
  record(milliseconds: number): void;
  /** Milliseconds below which this share (50, 99) of all lies. */
  p(percent: number): number;
  max(): number;
  count(): number;
}

export function latencies(): Latencies {
  const histogram = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 600_000_000,
    numberOfSignificantValueDigits: 3,
  });
  return {
    record: (milliseconds) => histogram.recordValue(Math.max(0, Math.round(milliseconds * 1000))),
    p: (percent) => histogram.getValueAtPercentile(percent) / 1000,
    max: () => histogram.maxValue / 1000,
    count: () => histogram.totalCount,
  };
}
