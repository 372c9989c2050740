import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeDurably } from '../spool/durable-file.ts';

/** Who a client id was, when identity last said so. */
export interface Remembered {
  fridgeId: string;
  metro: string;
  /** UTC milliseconds. */
  verifiedAt: number;
}

export interface RememberOptions {
  directory: string;
  /** Milliseconds. */
  maxAge: number;
  now: () => number;
  onUnsaved: (error: unknown) => void;
}

interface Entry extends Remembered {
  salt: string;
  /** scrypt of the secret, base64. */
  hash: string;
}

const derive = promisify<string, Buffer, number, { N: number }, Buffer>(scrypt);
/** Client secrets are long and random, so a low cost will do; it lets 300 fridges come back within a second. */
const cost = { N: 1024 };

/**
 * Credentials identity has accepted, as salted hashes on disk: a fridge is known while identity is away, restarts
 * included, until what is known grows older than `maxAge` (milliseconds).
 */
export class RememberedCredentials {
  readonly #path: string;
  readonly #maxAge: number;
  readonly #now: () => number;
  readonly #onUnsaved: (error: unknown) => void;
  readonly #entries: Map<string, Entry>;
  /** Secrets this process has compared before, under a key nobody else has: the slow hash is not needed again. */
  readonly #quick = new Map<string, Buffer>();
  readonly #key = randomBytes(32);
  #saving: Promise<void> | undefined;
  #changed = false;

  static async open({ directory, maxAge, now, onUnsaved }: RememberOptions): Promise<RememberedCredentials> {
    const path = join(directory, 'credentials.json');
    const text = await readFile(path, 'utf8').catch(() => '[]');
    const entries: [string, Entry][] = JSON.parse(text);
    return new RememberedCredentials(path, { maxAge, now, onUnsaved }, new Map(entries));
  }

  private constructor(
    path: string,
    { maxAge, now, onUnsaved }: Omit<RememberOptions, 'directory'>,
    entries: Map<string, Entry>,
  ) {
    this.#path = path;
    this.#maxAge = maxAge;
    this.#now = now;
    this.#onUnsaved = onUnsaved;
    this.#entries = entries;
  }

  /** Undefined when it was never accepted, or too long ago. */
  async match(clientId: string, secret: string): Promise<Remembered | undefined> {
    const entry = this.#entries.get(clientId);
    if (entry === undefined || this.#now() - entry.verifiedAt > this.#maxAge) return undefined;
    const mark = this.#mark(secret);
    const known = this.#quick.get(clientId);
    if (known !== undefined && timingSafeEqual(known, mark)) return entry;
    const hash = Buffer.from(entry.hash, 'base64');
    const derived = await derive(secret, Buffer.from(entry.salt, 'base64'), hash.length, cost);
    if (!timingSafeEqual(hash, derived) || this.#entries.get(clientId) !== entry) return undefined;
    this.#quick.set(clientId, mark);
    return entry;
  }

  async remember(clientId: string, secret: string, identity: Omit<Remembered, 'verifiedAt'>): Promise<void> {
    const salt = randomBytes(16);
    const hash = await derive(secret, salt, 32, cost);
    this.#entries.set(clientId, {
      ...identity,
      verifiedAt: this.#now(),
      salt: salt.toString('base64'),
      hash: hash.toString('base64'),
    });
    this.#quick.set(clientId, this.#mark(secret));
    this.#save();
  }

  /** True if it was known. Only if it is this very secret that was refused: a stranger's wrong guess must not lock a fridge out. */
  async forget(clientId: string, secret: string): Promise<boolean> {
    if ((await this.match(clientId, secret)) === undefined) return false;
    this.#entries.delete(clientId);
    this.#quick.delete(clientId);
    this.#save();
    return true;
  }

  /** Resolves when what is known is on disk. */
  async flush(): Promise<void> {
    await this.#saving;
  }

  /** One write at a time; what changes meanwhile goes with the next. Nobody is kept out because a disk is full. */
  #save(): void {
    this.#changed = true;
    this.#saving ??= this.#write()
      .catch(this.#onUnsaved)
      .finally(() => {
        this.#saving = undefined;
      });
  }

  async #write(): Promise<void> {
    while (this.#changed) {
      this.#changed = false;
      await writeDurably(this.#path, JSON.stringify([...this.#entries]));
    }
  }

  #mark(secret: string): Buffer {
    return createHmac('sha256', this.#key).update(secret).digest();
  }
}
