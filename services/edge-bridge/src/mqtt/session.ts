import type { Client } from 'aedes';
import type { Device } from '../fact/device.ts';

/** Milliseconds a device gets to read what was wrong before the connection is cut. */
const farewell = 1_000;

/** One connection of a device. Answers its messages in the order they came, and none after one it could not answer. */
export class Session {
  readonly client: Client;
  readonly device: Device;
  readonly clientId: string;
  readonly secret: string;
  #closing = false;
  #tail: Promise<void> = Promise.resolve();

  constructor(client: Client, device: Device, clientId: string, secret: string) {
    this.client = client;
    this.device = device;
    this.clientId = clientId;
    this.secret = secret;
  }

  /** Nothing it sends counts any more. */
  get closing(): boolean {
    return this.#closing;
  }

  /** `done` without an error acknowledges the message, with one it closes the connection. */
  answer(work: Promise<void>, done: (error?: Error | null) => void): void {
    // Its turn may come after it failed.
    work.catch(() => {});
    this.#tail = this.#tail.then(async () => {
      try {
        await work;
        if (!this.#closing) done(null);
      } catch (error) {
        if (this.#closing) return;
        this.#closing = true;
        done(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** Nothing it sends counts any more; the connection is cut once `lastWords` are said. */
  close(lastWords: Promise<void> = Promise.resolve()): void {
    this.#closing = true;
    const { conn } = this.client;
    void lastWords
      .catch(() => {})
      .then(() => {
        conn.end();
        setTimeout(() => conn.destroy(), farewell).unref();
      });
  }
}
