import { exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose';
import type { Pool } from 'pg';

/** Tokens that are wrong in one thing each, most of them signed with identity's own key, and one that is right. */
export async function forgeries(identity: Pool, given: string) {
  const key = await signingKey(identity);
  const other = await generateKeyPair('RS256');
  const now = Math.floor(Date.now() / 1000);
  const right = {
    iss: 'https://identity.dabba.dev',
    aud: 'dabba',
    sub: 'stf_sfo_1',
    iat: now,
    exp: now + 300,
    kind: 'person',
    roles: ['kitchen'],
    metro: 'sfo',
    kitchen_id: 'kit_sfo_1',
  };
  const sign = (claims: JWTPayload, by = key.private) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key.kid }).sign(by);
  const [head = '', claims = '', signature = ''] = given.split('.');
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forged: Record<string, string> = {
    'that has expired': await sign({ ...right, iat: now - 600, exp: now - 300 }),
    'for another audience': await sign({ ...right, aud: 'elsewhere' }),
    'of another issuer': await sign({ ...right, iss: 'https://elsewhere.example' }),
    'that is not valid yet': await sign({ ...right, nbf: now + 600 }),
    'without an end': await sign(without(right, 'exp')),
    'without a subject': await sign(without(right, 'sub')),
    'without roles': await sign(without(right, 'roles')),
    'of a kind there is not': await sign({ ...right, kind: 'god' }),
    'signed by another key': await sign(right, other.privateKey),
    'that brings its own key': await new SignJWT(right)
      .setProtectedHeader({ alg: 'RS256', jwk: await exportJWK(other.publicKey) })
      .sign(other.privateKey),
    'whose secret is the public key': await new SignJWT(right)
      .setProtectedHeader({ alg: 'HS256', kid: key.kid })
      .sign(Buffer.from(JSON.stringify(key.public))),
    'with alg none': `${encoded({ alg: 'none', typ: 'JWT' })}.${claims}.`,
    'with alg none and a signature': `${encoded({ alg: 'none', kid: key.kid })}.${claims}.${signature}`,
    'with more rights than were signed': `${head}.${encoded({ ...right, roles: ['admin'] })}.${signature}`,
    'cut in half': `${head}.${claims.slice(0, 20)}`,
    'of dots': '...',
    'of SQL': "' or 1=1 --",
  };
  return { lawful: await sign(right), forged };
}

/** Whoever has it can say anything; what is checked beside the signature has to hold all the same. */
async function signingKey(identity: Pool) {
  const { rows } = await identity.query<{ kid: string; private_jwk: object; public_jwk: object }>(
    'select kid, private_jwk, public_jwk from signing_keys',
  );
  const [row] = rows;
  if (!row) throw new Error('Identity has no key');
  const key = await importJWK({ ...row.private_jwk }, 'RS256');
  if (key instanceof Uint8Array) throw new Error('Not an RSA key');
  return { kid: row.kid, private: key, public: row.public_jwk };
}

function without(claims: JWTPayload, name: string): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
}
