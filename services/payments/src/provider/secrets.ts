import { keepNewest } from '@dabba/event-store';

/** Secrets by which clients confirm their payments; in memory only, the provider has them for good. */
export class ClientSecrets {
  readonly #byIntent = new Map<string, string>();
  readonly #most: number;

  constructor(most = 10_000) {
    this.#most = most;
  }

  keep(intentId: string, secret: string | null): void {
    if (secret !== null) keepNewest(this.#byIntent, intentId, secret, this.#most);
  }

  of(intentId: string): string | undefined {
    return this.#byIntent.get(intentId);
  }
}
