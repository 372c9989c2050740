import { type SigningKeys, signingKeys } from '@dabba/service-kit';
import type { Knex } from 'knex';

/** What policies are signed with, and what a fridge pins. @param given OFFLINE_POLICY_KEY */
export function policyKeys(db: Knex, now: () => number, given: string | undefined): SigningKeys {
  return signingKeys(db, now, { table: 'offline_keys', setting: 'OFFLINE_POLICY_KEY', given });
}
