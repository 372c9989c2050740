export interface Stopwatch {
  /** Seconds of each part so far. */
  readonly laps: Record<string, number>;
  /** A part is over. */
  lap(name: string): void;
}

export function stopwatchFrom(began: number): Stopwatch {
  const laps: Record<string, number> = {};
  let last = began;
  return {
    laps,
    lap(name) {
      const now = Date.now();
      laps[name] = Math.round((now - last) / 100) / 10;
      last = now;
    },
  };
}
