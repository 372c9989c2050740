import type { Admin, Kafka } from 'kafkajs';
import { briefRetry } from './client.ts';
import { ignore, within } from './deadline.ts';

/** One admin client, connected at the first question and thrown away when it stops answering. */
export class AdminConnection {
  readonly #client: Kafka;
  #connecting: Promise<Admin> | undefined;

  constructor(client: Kafka) {
    this.#client = client;
  }

  async ask<T>(what: string, question: (admin: Admin) => Promise<T>, timeout = 20_000): Promise<T> {
    this.#connecting ??= this.#connect();
    const connecting = this.#connecting;
    try {
      return await within(timeout, what, connecting.then(question));
    } catch (error) {
      if (!refusedByBroker(error)) this.#drop(connecting);
      throw error;
    }
  }

  async close(): Promise<void> {
    const connecting = this.#connecting;
    this.#connecting = undefined;
    await connecting?.then((admin) => admin.disconnect()).catch(ignore);
  }

  #drop(connecting: Promise<Admin>): void {
    if (this.#connecting === connecting) this.#connecting = undefined;
    connecting.then((admin) => admin.disconnect()).catch(ignore);
  }

  async #connect(): Promise<Admin> {
    const admin = this.#client.admin({ retry: briefRetry });
    await admin.connect();
    return admin;
  }
}

/** The broker answered, with an error: the connection is sound. */
function refusedByBroker(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('type' in error && typeof error.type === 'string') || refusedByBroker(error.cause);
}
