import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Knex } from 'knex';
import { allSecrets } from '../secrets/secrets.ts';
import { type DemoCredential, secretOf } from './credentials-file.ts';

/** Where what was found about a file of credentials is kept. */
export function agreementFile(credentials: string): string {
  return `${credentials}.agreed`;
}

/**
 * That the hashes in the database are those of the file's secrets, as it was found last time: a digest of both, beside the
 * file. To find it anew takes an argon2 hash for each of them, which costs seconds.
 */
export class Agreement {
  readonly #db: Knex;
  readonly #stamp: string;

  constructor(db: Knex, file: string) {
    this.#db = db;
    this.#stamp = agreementFile(file);
  }

  /** Whether neither has changed since it was kept. */
  async holds(credentials: readonly DemoCredential[]): Promise<boolean> {
    const kept = await readFile(this.#stamp, 'utf8').catch(() => undefined);
    return kept !== undefined && kept === (await this.#digest(credentials));
  }

  async keep(credentials: readonly DemoCredential[]): Promise<void> {
    await writeFile(this.#stamp, await this.#digest(credentials), { mode: 0o600 });
  }

  async #digest(credentials: readonly DemoCredential[]): Promise<string> {
    const stored = new Map(
      (await allSecrets(this.#db)).map(({ login, kind, hash }) => [`${kind} ${login}`, hash]),
    );
    const digest = createHash('sha256');
    for (const { login, secret, kind } of credentials.map(secretOf))
      digest.update(JSON.stringify([login, secret, kind, stored.get(`${kind} ${login}`) ?? null]));
    return digest.digest('hex');
  }
}
