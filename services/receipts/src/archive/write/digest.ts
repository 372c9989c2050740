import { createHash } from 'node:crypto';
import type { ArchivedReceipt } from '../receipt.ts';

/**
 * Says everything of a receipt in 32 bytes, however it is stored. Its bytes are in it by their hash, which is taken
 * anew. @throws Error where that differs from the one that intake took
 */
export function digestOf(receipt: ArchivedReceipt): Buffer {
  const { raw, hash, checks, failures, registrations, acknowledgements, ...plain } = receipt;
  if (!sha256(raw).equals(hash)) throw new Error(`The bytes of ${receipt.id} are not those that came in`);
  return sha256(
    JSON.stringify([
      ...Object.keys(plain)
        .sort()
        .map((name) => [name, Reflect.get(plain, name)]),
      checks,
      failures.map(({ rule, pointer, detail }) => [rule, pointer, detail]),
      registrations.map(({ authority, status, external_ref, reason, attempts, answered_at }) => [
        authority,
        status,
        external_ref,
        reason,
        attempts,
        answered_at,
      ]),
      acknowledgements.map(({ authority, outcome, answered_at, body }) => [
        authority,
        outcome,
        answered_at,
        body,
      ]),
      hash.toString('hex'),
    ]),
  );
}

function sha256(bytes: Buffer | string): Buffer {
  return createHash('sha256').update(bytes).digest();
}
