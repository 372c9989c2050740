/** One figure of a benchmark. */
export interface Measured {
  name: string;
  value: number;
  unit: string;
  /** To the raw ceiling taken in the same run. */
  ratio?: number;
  /** What it has to reach, in words. */
  target?: string;
  pass: boolean;
}

/** A figure nobody set a target for. */
export function figure(name: string, value: number, unit: string, ratio?: number): Measured {
  return {
    name,
    value: rounded(value),
    unit,
    ...(Number.isFinite(ratio) && { ratio: rounded(ratio ?? 0) }),
    pass: true,
  };
}

/** A figure with a target in words; whether it is reached is for the caller to say. */
export function judged(of: Measured, target: string, pass: boolean): Measured {
  return { ...of, target, pass };
}

/** A latency. NaN, the median of nothing, does not reach it. */
export function atMost(of: Measured, most: number): Measured {
  return judged(of, `< ${most} ${of.unit}`, of.value < most);
}

/** What the ratio to the raw ceiling has to be. */
export function ratioAtLeast(of: Measured, least: number): Measured {
  return judged(of, `at least ${least}×`, of.ratio !== undefined && of.ratio >= least);
}

/** The middle one; of an even number the lower of both. NaN of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
