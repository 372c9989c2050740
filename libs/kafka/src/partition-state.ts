/** What a member knows of one partition during one assignment of it. */
export interface PartitionState {
  /** Without prefix. */
  readonly topic: string;
  readonly partition: number;
  /** Next offset to hand over; undefined until the checkpoint was loaded. */
  position: number | undefined;
  highWatermark: number | undefined;
  stopped: string | undefined;
  /** A batch of this assignment was handled: from here on the position comes from the log and not from the checkpoint. */
  begun: boolean;
  handling: boolean;
  /** Failures of `onBatch` in a row. */
  failures: number;
  /** Last offset of the batch that failed, so that the same records are handed over again. */
  failedUpTo: number | undefined;
  /** Nothing more is wanted for now. */
  held: boolean;
  /** Set while the partition waits before it is handed over again. */
  backOff: NodeJS.Timeout | undefined;
}

export function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

export function newState(topic: string, partition: number, stopped: string | undefined): PartitionState {
  return {
    topic,
    partition,
    position: undefined,
    highWatermark: undefined,
    stopped,
    begun: false,
    handling: false,
    held: false,
    failures: 0,
    failedUpTo: undefined,
    backOff: undefined,
  };
}

/** Milliseconds before the next try: 100, 200, 400 … 5,000. */
export function backOffAfter(failures: number): number {
  return Math.min(5_000, 100 * 2 ** (failures - 1));
}
