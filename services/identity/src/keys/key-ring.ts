import { type CryptoKey, exportJWK, importJWK, importPKCS8, type JWK } from 'jose';
import type { Knex } from 'knex';
import { chooseKey } from './choose.ts';
import { addKey, ensureKey, listKeys, publicJwkOf, type SigningKey, withPrivate } from './signing-keys.ts';

export interface KeyRing {
  /** The key tokens are signed with now. */
  current(): Promise<{ kid: string; key: CryptoKey }>;
  /** Public halves of all that may still have signed a valid token. */
  jwks(): Promise<{ keys: JWK[] }>;
}

/**
 * @param given JWT_PRIVATE_KEY: PKCS#8 PEM of an RSA key; it signs instead of those in the table
 * @throws TypeError when it is not one
 */
export function keyRing(db: Knex, now: () => number, given?: string): KeyRing {
  const fromEnvironment = given === undefined ? undefined : once(() => share(db, given, now()));
  const imported = new Map<string, CryptoKey>();

  async function current() {
    if (fromEnvironment) return await fromEnvironment();
    const signing = chooseKey(withPrivate(await ensureKey(db, now())), now());
    if (!signing?.privateJwk) throw new Error('No signing key, though one was made');
    const key = imported.get(signing.kid) ?? (await importPrivate(signing.privateJwk));
    imported.set(signing.kid, key);
    return { kid: signing.kid, key };
  }

  async function jwks() {
    if (fromEnvironment) await fromEnvironment();
    const keys: SigningKey[] = fromEnvironment ? await listKeys(db) : await ensureKey(db, now());
    return { keys: keys.map((key) => key.publicJwk) };
  }

  return { current, jwks };
}

async function share(db: Knex, pem: string, now: number): Promise<{ kid: string; key: CryptoKey }> {
  const key = await importPKCS8(pem.replaceAll('\\n', '\n'), 'RS256', { extractable: true });
  const publicJwk = await publicJwkOf(await exportJWK(key));
  await addKey(db, { kid: publicJwk.kid, privateJwk: null, publicJwk, createdAt: now });
  return { kid: publicJwk.kid, key };
}

async function importPrivate(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'RS256');
  if (key instanceof Uint8Array) throw new TypeError('Not an RSA key');
  return key;
}

/** Remembers a success only. */
function once<R>(make: () => Promise<R>): () => Promise<R> {
  let made: Promise<R> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
