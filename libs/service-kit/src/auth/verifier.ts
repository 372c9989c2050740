import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { isDependencyAway } from '../http/dependency-away.ts';
import { Problem } from '../http/problem.ts';
import type { Principal } from '../types.ts';
import { principalFrom } from './principal.ts';
import { remembered } from './remembered.ts';

export interface TokenSettings {
  issuer: string;
  audience: string;
  /** Where the public keys are, or the keys themselves. */
  keys: URL | JSONWebKeySet;
}

/** The principal of an Authorization header; throws 401, or 503 when a key is not known and cannot be asked for. */
export type TokenVerifier = (authorization: string | undefined) => Promise<Principal>;

const keysGrowOldAfter = 10 * 60_000;

export function tokenVerifier({ issuer, audience, keys }: TokenSettings): TokenVerifier {
  const keyOf = keys instanceof URL ? rememberedKeys(keys) : createLocalJWKSet(keys);
  const known = remembered();
  return async (authorization) => {
    if (authorization === undefined) throw unauthenticated('A bearer token is needed.');
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (token === undefined)
      throw unauthenticated('The Authorization header is not a bearer token.', 'invalid_request');
    const seen = known.get(token, Date.now());
    if (seen) return seen;
    const claims = await verified(token, keyOf, issuer, audience);
    const principal = principalFrom(claims);
    if (!principal) throw unauthenticated('The token lacks claims we need.', 'invalid_token');
    known.put(token, principal, (claims.exp ?? 0) * 1000, Date.now());
    return principal;
  };
}

async function verified(token: string, keyOf: JWTVerifyGetKey, issuer: string, audience: string) {
  try {
    const options = {
      issuer,
      audience,
      algorithms: ['RS256'],
      requiredClaims: ['sub', 'exp', 'iat'],
      clockTolerance: 5,
    };
    return (await jwtVerify(token, keyOf, options)).payload;
  } catch (error) {
    if (cannotAsk(error))
      throw new Problem({
        status: 503,
        code: 'keys-away',
        detail: 'The key of the token cannot be looked up.',
        retryAfter: 2,
      });
    if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired.', 'invalid_token');
    throw unauthenticated('The token is not valid.', 'invalid_token');
  }
}

/** Keys once fetched stay known while their source is away; they are asked for again now and then, in the background. */
function rememberedKeys(url: URL): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(url, {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: 5_000,
    timeoutDuration: 3_000,
  });
  let asked = Date.now();
  return (header, input) => {
    if (remote.jwks() && Date.now() - asked > keysGrowOldAfter) {
      asked = Date.now();
      remote.reload().catch(() => undefined);
    }
    return remote(header, input);
  };
}

function cannotAsk(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || isDependencyAway(error)) return true;
  // jose says so with its base class when the answer is not 200 or not JSON.
  return error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC';
}

function unauthenticated(detail: string, error?: 'invalid_request' | 'invalid_token'): Problem {
  const challenge = error === undefined ? 'Bearer realm="dabba"' : `Bearer realm="dabba", error="${error}"`;
  return new Problem({
    status: 401,
    code: 'unauthenticated',
    detail,
    headers: { 'www-authenticate': challenge },
  });
}
