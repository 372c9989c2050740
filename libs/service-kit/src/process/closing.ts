import type { FastifyBaseLogger } from 'fastify';

/** What was opened, to be closed in the opposite order, each once, whatever the others do. */
export class Closing {
  readonly #log: FastifyBaseLogger;
  readonly #steps: { name: string; close: () => Promise<void> }[] = [];
  #closed: Promise<void> | undefined;

  constructor(log: FastifyBaseLogger) {
    this.#log = log;
  }

  add(name: string, close: () => Promise<void>): void {
    this.#steps.push({ name, close });
  }

  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    for (const { name, close } of this.#steps.reverse()) {
      try {
        await close();
      } catch (error) {
        this.#log.warn({ err: error, part: name }, 'a part did not stop cleanly');
      }
    }
  }
}
