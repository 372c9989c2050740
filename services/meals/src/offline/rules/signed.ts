import {
  CompactSign,
  type CryptoKey,
  compactVerify,
  createLocalJWKSet,
  type JSONWebKeySet,
  type JWK,
  jwtVerify,
} from 'jose';
import { Value } from 'typebox/value';
import { OfflinePolicy } from './policy.ts';

const algorithm = 'EdDSA';
const kind = 'dabba-offline-policy';

/** A compact JWS (RFC 7515), Ed25519. */
export async function signPolicy(
  policy: OfflinePolicy,
  { kid, key }: { kid: string; key: CryptoKey },
): Promise<string> {
  return await new CompactSign(Buffer.from(JSON.stringify(policy)))
    .setProtectedHeader({ alg: algorithm, kid, typ: kind })
    .sign(key);
}

/** The policy that one of the pinned keys signed; throws for anything else. */
export async function verifyPolicy(jws: string, pinned: JSONWebKeySet): Promise<OfflinePolicy> {
  const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(pinned), {
    algorithms: [algorithm],
  });
  if (protectedHeader.typ !== kind) throw new TypeError('Signed, but no policy');
  const policy: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
  if (!Value.Check(OfflinePolicy, policy))
    throw new TypeError('Signed, but not a policy as this fridge knows them');
  return policy;
}

/**
 * The customer a token of identity names, checked with nothing but the policy.
 * @param now UTC milliseconds
 * @throws for a token that expired, is for elsewhere, was not signed by a known key, or is no customer's
 */
export async function customerOf(token: string, policy: OfflinePolicy, now: number): Promise<string> {
  const { issuer, audience, keys } = policy.identity;
  const known: { keys: JWK[] } = { keys };
  const { payload } = await jwtVerify(token, createLocalJWKSet(known), {
    issuer,
    audience,
    algorithms: ['RS256'],
    requiredClaims: ['sub', 'exp', 'iat'],
    currentDate: new Date(now),
  });
  const { roles, customer_id: customer, metro } = payload;
  if (!Array.isArray(roles) || !roles.includes('customer') || typeof customer !== 'string')
    throw new TypeError('Not the token of a customer');
  if (metro !== undefined && metro !== null && metro !== policy.metro)
    throw new TypeError(`A customer of ${metro}, not of ${policy.metro}`);
  return customer;
}
