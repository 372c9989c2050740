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

interface Entry extends Remembered {
  salt: string;
  /** scrypt of the secret, base64. */
  hash: string;
}

const derive = promisify<string, Buffer, number, { N: number }, Buffer>(scrypt);
/** Client secrets are long and random: a moderate cost lets 300 fridges come back within seconds. */
const cost = { N: 4096 };

/**
 * Credentials identity has accepted, as salted hashes on disk: a fridge is known while identity is away, restarts
 * included, until what is known grows older than `maxAge` (milliseconds).
 */
export class RememberedCredentials {
  readonly #path: string;
  readonly #maxAge: number;
  readonly #now: () => number;
  readonly #entries: Map<string, Entry>;
  /** Secrets this process has compared before, under a key nobody else has: the slow hash is not needed again. */
  readonly #quick = new Map<string, Buffer>();
  readonly #key = randomBytes(32);
  #saving: Promise<void> | undefined;
  #changed = false;

  static async open(directory: string, maxAge: number, now: () => number): Promise<RememberedCredentials> {
    const path = join(directory, 'credentials.json');
    const text = await readFile(path, 'utf8').catch(() => '[]');
    const entries: [string, Entry][] = JSON.parse(text);
    return new RememberedCredentials(path, maxAge, now, new Map(entries));
  }

  private constructor(path: string, maxAge: number, now: () => number, entries: Map<string, Entry>) {
    this.#path = path;
    this.#maxAge = maxAge;
    this.#now = now;
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
    await this.#save();
  }

  /** True if it was known. Only if it is this very secret that was refused: a stranger's wrong guess must not lock a fridge out. */
  async forget(clientId: string, secret: string): Promise<boolean> {
    if ((await this.match(clientId, secret)) === undefined) return false;
    this.#entries.delete(clientId);
    this.#quick.delete(clientId);
    await this.#save();
    return true;
  }

  /** One write at a time; what changes meanwhile goes with the next. */
  #save(): Promise<void> {
    this.#changed = true;
    this.#saving ??= this.#write().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
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
