import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Knex } from 'knex';
import { chooseKey, outlivedKeys } from './choose.ts';

export interface SigningKey {
  kid: string;
  /** null: its private half is in another process's environment. */
  privateJwk: JWK | null;
  publicJwk: JWK;
  /** UTC milliseconds. */
  createdAt: number;
}

interface KeyRow {
  kid: string;
  private_jwk: JWK | null;
  public_jwk: JWK;
  created_at: Date;
  retired_at: Date | null;
}

/** Every key that may still have signed a valid token. */
export async function listKeys(db: Knex): Promise<SigningKey[]> {
  const rows = await db<KeyRow>('signing_keys').whereNull('retired_at').orderBy('created_at');
  return rows.map((row) => ({
    kid: row.kid,
    privateJwk: row.private_jwk,
    publicJwk: row.public_jwk,
    createdAt: row.created_at.getTime(),
  }));
}

/** Makes the first key where there is none. Replicas that start together share one: the lock lets one of them look first. */
export async function ensureKey(db: Knex, now: number): Promise<SigningKey[]> {
  const keys = await listKeys(db);
  if (chooseKey(withPrivate(keys), now)) return keys;
  return await underLock(db, async (tx) => {
    const seen = await listKeys(tx);
    if (!chooseKey(withPrivate(seen), now)) await addKey(tx, await newKey(now));
    return await listKeys(tx);
  });
}

/** Adds a key, which signs once verifiers can know it, and retires those whose tokens have all expired. */
export async function rotateKeys(db: Knex, now: number, tokenSeconds: number): Promise<SigningKey[]> {
  return await underLock(db, async (tx) => {
    const outlived = outlivedKeys(await listKeys(tx), now, tokenSeconds);
    await tx<KeyRow>('signing_keys')
      .whereIn(
        'kid',
        outlived.map((key) => key.kid),
      )
      .update({ retired_at: new Date(now) });
    await addKey(tx, await newKey(now));
    return await listKeys(tx);
  });
}

/** Lists a key as well that is given by the environment, so that replicas with different ones know each other's. */
export async function addKey(db: Knex, key: SigningKey): Promise<void> {
  await db('signing_keys')
    .insert({
      kid: key.kid,
      private_jwk: key.privateJwk === null ? null : JSON.stringify(key.privateJwk),
      public_jwk: JSON.stringify(key.publicJwk),
      created_at: new Date(key.createdAt),
    })
    .onConflict('kid')
    .ignore();
}

export function withPrivate(keys: readonly SigningKey[]): SigningKey[] {
  return keys.filter((key) => key.privateJwk !== null);
}

/** The public half as a JWKS lists it. */
export async function publicJwkOf(privateJwk: JWK): Promise<JWK & { kid: string }> {
  const { kty, n, e } = privateJwk;
  if (kty !== 'RSA' || n === undefined || e === undefined) throw new TypeError('Not an RSA key');
  const kid = await calculateJwkThumbprint({ kty, n, e });
  return { kty, n, e, kid, alg: 'RS256', use: 'sig' };
}

async function newKey(now: number): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const privateJwk = await exportJWK(privateKey);
  const publicJwk = await publicJwkOf(privateJwk);
  return { kid: publicJwk.kid, privateJwk, publicJwk, createdAt: now };
}

async function underLock<R>(db: Knex, work: (tx: Knex.Transaction) => Promise<R>): Promise<R> {
  return await db.transaction(async (tx) => {
    await tx.raw("select pg_advisory_xact_lock(hashtext('identity signing keys'))");
    return await work(tx);
  });
}
