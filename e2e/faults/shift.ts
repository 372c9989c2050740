/**
 * Aborts after so many seconds, or with `stop`. A timeout that is only part of another signal may be collected before it
 * fires, so it has a timer of its own, which `end` takes away.
 */
export function shift(seconds: number, stop: AbortSignal): { signal: AbortSignal; end(): void } {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), seconds * 1_000);
  return { signal: AbortSignal.any([stop, over.signal]), end: () => clearTimeout(timer) };
}
