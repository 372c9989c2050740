import { createHash } from 'node:crypto';

/** What the first fact of a device says of the one before it. */
export const chainSeed = '0'.repeat(64);

/**
 * SHA-256 in hex of a fact as its device said it, `prev` included: whoever changes, drops or adds an entry of a journal
 * has to make anew all that follow. The order of members and the spacing of the text do not matter.
 */
export function factHash(fact: object): string {
  return createHash('sha256').update(canonical(fact)).digest('hex');
}

/** JSON text that does not depend on the order of members: the same value always hashes to the same. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
