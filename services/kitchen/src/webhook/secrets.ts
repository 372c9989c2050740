import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';

/** Milliseconds an old secret is good for beside the new one. */
const overlap = 24 * 3_600_000;

interface SecretRow {
  vendor_id: string;
  secret: string;
  created_at: Date;
  ends_at: Date | null;
}

/** Those that count now. */
export async function secretsOf(db: Knex, vendorId: string, now: number): Promise<string[]> {
  const rows = await db<SecretRow>('vendor_secrets')
    .where({ vendor_id: vendorId })
    .andWhere((either) => void either.whereNull('ends_at').orWhere('ends_at', '>', new Date(now)))
    .select('secret');
  return rows.map(({ secret }) => secret);
}

/** A new one, shown this once; the one before is good for a day more. */
export async function renewSecret(db: Knex, vendorId: string, now: number): Promise<string> {
  const secret = `whs_${randomBytes(32).toString('base64url')}`;
  await db.transaction(async (trx) => {
    await trx<SecretRow>('vendor_secrets')
      .where({ vendor_id: vendorId, ends_at: null })
      .update({ ends_at: new Date(now + overlap) });
    await trx<SecretRow>('vendor_secrets').insert({
      vendor_id: vendorId,
      secret,
      created_at: new Date(now),
      ends_at: null,
    });
  });
  return secret;
}
