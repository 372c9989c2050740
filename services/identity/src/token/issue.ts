import { newId, type PrincipalRegistered } from '@dabba/contracts';
import { SignJWT } from 'jose';
import type { KeyRing } from '../keys/key-ring.ts';
import { claimsOf } from './claims.ts';

export interface TokenSettings {
  issuer: string;
  audience: string;
  /** Seconds a token is valid. */
  life: number;
}

/** A signed access token for the principal. @param now UTC milliseconds */
export async function issueToken(
  ring: KeyRing,
  profile: PrincipalRegistered,
  { issuer, audience, life }: TokenSettings,
  now: number,
): Promise<string> {
  const { kid, key } = await ring.current();
  const issuedAt = Math.floor(now / 1000);
  return await new SignJWT({ ...claimsOf(profile) })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(profile.principalId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + life)
    .setJti(newId())
    .sign(key);
}
