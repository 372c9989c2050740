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
      this.#waiting = new AbortController();
      const signal = AbortSignal.any([this.#waiting.signal, stop]);
      await pause(atMost, undefined, { signal }).catch(() => {});
    }
    this.#waiting = undefined;
    this.#given = false;
  }
}
