import { setTimeout as pause } from 'node:timers/promises';

/** Wakes one who waits; given while nobody waits it is kept for the next. */
export class Signal {
  #given = false;
  #waiting: AbortController | undefined;

  give(): void {
    this.#given = true;
    this.#waiting?.abort();
  }

  /** Resolves when it is given, after so many milliseconds, or when `stop` says so. */
  async wait(atMost: number, stop: AbortSignal): Promise<void> {
    if (!this.#given && !stop.aborted) {
      const waiting = new AbortController();
      this.#waiting = waiting;
      const end = () => waiting.abort();
      // AbortSignal.any would leave something of itself at `stop`, which lives as long as the process.
      stop.addEventListener('abort', end, { once: true });
      await pause(atMost, undefined, { signal: waiting.signal }).catch(() => {});
      stop.removeEventListener('abort', end);
    }
    this.#waiting = undefined;
    this.#given = false;
  }
}
