import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';

interface Step {
  name: string;
  close: () => Promise<unknown>;
  limit: number;
}

/**
 * What was opened, to be closed in the opposite order, each once, whatever the others do. A step that hangs (Kafka is
 * away) is left behind after its limit: everything has to be able to die at any moment anyway.
 */
export class Closing {
  readonly #log: FastifyBaseLogger;
  readonly #steps: Step[] = [];
  #closed: Promise<void> | undefined;

  constructor(log: FastifyBaseLogger) {
    this.#log = log;
  }

  /** @param limit milliseconds */
  add(name: string, close: () => Promise<unknown>, limit = 3_000): void {
    this.#steps.push({ name, close, limit });
  }

  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    for (const step of this.#steps.reverse()) await this.#closeOne(step);
  }

  async #closeOne({ name, close, limit }: Step): Promise<void> {
    const done = new AbortController();
    const late = pause(limit, undefined, { signal: done.signal }).then(
      () => this.#log.warn({ part: name }, 'a part takes too long to stop and is left behind'),
      () => undefined,
    );
    const closed = close().catch((error: unknown) =>
      this.#log.warn({ err: error, part: name }, 'a part did not stop cleanly'),
    );
    await Promise.race([closed, late]);
    done.abort();
  }
}
