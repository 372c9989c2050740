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

export interface SigningKeys {
  /** The key that signs now. */
  current(): Promise<{ kid: string; key: CryptoKey }>;
  /** Public halves of all that ever signed: they stay when another one signs. */
  jwks(): Promise<{ keys: JWK[] }>;
}

interface KeyRow {
  kid: string;
  private_jwk: JWK | null;
  public_jwk: JWK;
  created_at: Date;
}

const algorithm = 'EdDSA';

/** Where a service keeps its keys, and how its own is given to it. */
export interface KeyPlace {
  /** `kid`, `private_jwk` (null where it is only in the environment), `public_jwk`, `created_at`. */
  table: string;
  /** Name of the variable, for whoever is told that it is wrong. */
  setting: string;
  /** An Ed25519 key as PKCS#8 PEM or JWK. Without it the first one made stays in the database. */
  given: string | undefined;
}

/** Ed25519 keys of a service. @throws TypeError when the given one is not one */
export function signingKeys(db: Knex, now: () => number, place: KeyPlace): SigningKeys {
  let ready: Promise<{ kid: string; key: CryptoKey }> | undefined;
  function current() {
    ready ??= (
      place.given === undefined ? ownKey(db, place, now()) : shared(db, place, place.given, now())
    ).catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
    return ready;
  }
  return {
    current,
    async jwks() {
      await current();
      const rows = await db<KeyRow>(place.table).orderBy('created_at').select('public_jwk');
      return { keys: rows.map(({ public_jwk }) => public_jwk) };
    },
  };
}

/** The newest of the database, made where there is none; replicas that start together share one. */
async function ownKey(db: Knex, place: KeyPlace, now: number) {
  const jwk = await db.transaction(async (tx) => {
    await tx.raw('select pg_advisory_xact_lock(hashtext(?))', [`keys in ${place.table}`]);
    const known = await tx<KeyRow>(place.table)
      .whereNotNull('private_jwk')
      .orderBy('created_at', 'desc')
      .first();
    if (known?.private_jwk) return known.private_jwk;
    const { privateKey } = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true });
    const made = await exportJWK(privateKey);
    await list(tx, place, made, made, now);
    return made;
  });
  return imported(place, jwk);
}

async function shared(db: Knex, place: KeyPlace, given: string, now: number) {
  const text = given.replaceAll('\\n', '\n').trim();
  const jwk: JWK = text.startsWith('{')
    ? JSON.parse(text)
    : await exportJWK(await importPKCS8(text, algorithm, { extractable: true }));
  await list(db, place, jwk, null, now);
  return imported(place, jwk);
}

async function list(db: Knex, place: KeyPlace, jwk: JWK, privateJwk: JWK | null, now: number): Promise<void> {
  const publicJwk = await publicOf(place, jwk);
  await db(place.table)
    .insert({
      kid: publicJwk.kid,
      private_jwk: privateJwk === null ? null : JSON.stringify(privateJwk),
      public_jwk: JSON.stringify(publicJwk),
      created_at: new Date(now),
    })
    .onConflict('kid')
    .ignore();
}

async function imported(place: KeyPlace, jwk: JWK): Promise<{ kid: string; key: CryptoKey }> {
  const key = await importJWK(jwk, algorithm);
  if (key instanceof Uint8Array) throw new TypeError(`${place.setting} is not an Ed25519 key`);
  return { kid: (await publicOf(place, jwk)).kid, key };
}

async function publicOf(place: KeyPlace, { kty, crv, x }: JWK): Promise<JWK & { kid: string }> {
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined)
    throw new TypeError(`${place.setting} is not an Ed25519 key`);
  return { kty, crv, x, kid: await calculateJwkThumbprint({ kty, crv, x }), alg: algorithm, use: 'sig' };
}
