import { hash, type Options, verify } from '@node-rs/argon2';
import { type BulkheadPolicy, bulkhead } from 'cockatiel';

/** OWASP's second choice for argon2id; 19 MiB for each hash in flight. argon2id is the library's default. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const satisfies Options;

export interface Hasher {
  hash(secret: string): Promise<string>;
  /** Without a stored hash it takes as long and is false: whether a login exists does not show. */
  verify(stored: string | undefined, secret: string): Promise<boolean>;
}

/**
 * argon2id, so many at a time and so many waiting; one more throws cockatiel's BulkheadRejectedError.
 * A flood of logins then costs a bounded amount of memory and processor, and is told to come back later.
 */
export function hasher(atOnce = 2, waiting = 200): Hasher {
  const door: BulkheadPolicy = bulkhead(atOnce, waiting);
  const nobody = hash('nobody', cost);
  return {
    hash: (secret) => door.execute(() => hash(secret, cost)),
    verify: (stored, secret) =>
      door.execute(async () => {
        const right = await verify(stored ?? (await nobody), secret);
        return right && stored !== undefined;
      }),
  };
}
