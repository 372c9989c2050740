import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  importPKCS8,
  type JWK,
} from 'jose';
import type { Knex } from 'knex';

export interface PolicyKeys {
  /** The key policies are signed with. */
  current(): Promise<{ kid: string; key: CryptoKey }>;
  /** Public halves of all that ever signed one: what a fridge pins. */
  jwks(): Promise<{ keys: JWK[] }>;
}

interface KeyRow {
  kid: string;
  private_jwk: JWK | null;
  public_jwk: JWK;
  created_at: Date;
}

const algorithm = 'EdDSA';

/**
 * @param given OFFLINE_POLICY_KEY: an Ed25519 key as PKCS#8 PEM or JWK. Without it the first one made stays in the database.
 * @throws TypeError when it is not one
 */
export function policyKeys(db: Knex, now: () => number, given: string | undefined): PolicyKeys {
  let ready: Promise<{ kid: string; key: CryptoKey }> | undefined;
  function current() {
    ready ??= (given === undefined ? ownKey(db, now()) : shared(db, given, now())).catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
    return ready;
  }
  return {
    current,
    async jwks() {
      await current();
      const rows = await db<KeyRow>('offline_keys').orderBy('created_at').select('public_jwk');
      return { keys: rows.map(({ public_jwk }) => public_jwk) };
    },
  };
}

/** The newest of the database, made where there is none; replicas that start together share one. */
async function ownKey(db: Knex, now: number) {
  const jwk = await db.transaction(async (tx) => {
    await tx.raw("select pg_advisory_xact_lock(hashtext('offline policy keys'))");
    const known = await tx<KeyRow>('offline_keys')
      .whereNotNull('private_jwk')
      .orderBy('created_at', 'desc')
      .first();
    if (known?.private_jwk) return known.private_jwk;
    const { privateKey } = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true });
    const made = await exportJWK(privateKey);
    await list(tx, made, made, now);
    return made;
  });
  return imported(jwk);
}

async function shared(db: Knex, given: string, now: number) {
  const text = given.replaceAll('\\n', '\n').trim();
  const jwk: JWK = text.startsWith('{')
    ? JSON.parse(text)
    : await exportJWK(await importPKCS8(text, algorithm, { extractable: true }));
  await list(db, jwk, null, now);
  return imported(jwk);
}

async function list(db: Knex, jwk: JWK, privateJwk: JWK | null, now: number): Promise<void> {
  const publicJwk = await publicOf(jwk);
  await db('offline_keys')
    .insert({
      kid: publicJwk.kid,
      private_jwk: privateJwk === null ? null : JSON.stringify(privateJwk),
      public_jwk: JSON.stringify(publicJwk),
      created_at: new Date(now),
    })
    .onConflict('kid')
    .ignore();
}

async function imported(jwk: JWK): Promise<{ kid: string; key: CryptoKey }> {
  const key = await importJWK(jwk, algorithm);
  if (key instanceof Uint8Array) throw new TypeError('OFFLINE_POLICY_KEY is not an Ed25519 key');
  return { kid: (await publicOf(jwk)).kid, key };
}

async function publicOf({ kty, crv, x }: JWK): Promise<JWK & { kid: string }> {
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined)
    throw new TypeError('OFFLINE_POLICY_KEY is not an Ed25519 key');
  return { kty, crv, x, kid: await calculateJwkThumbprint({ kty, crv, x }), alg: algorithm, use: 'sig' };
}
