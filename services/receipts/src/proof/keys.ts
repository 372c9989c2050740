import { type SigningKeys, type StoreDeps, signingKeys } from '@dabba/service-kit';

export type RootKeys = SigningKeys;

/** What roots and proofs are signed with: RECEIPT_ROOT_KEY, or one of the database. Another one takes over; the old ones stay public. */
export function rootKeys({ db, now, env }: Pick<StoreDeps, 'db' | 'now' | 'env'>): RootKeys {
  return signingKeys(db, now, {
    table: 'root_keys',
    setting: 'RECEIPT_ROOT_KEY',
    given: env.RECEIPT_ROOT_KEY,
  });
}
