import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';

export const issuer = 'https://identity.dabba.dev';
export const audience = 'dabba';

export interface Issuer {
  keys: JSONWebKeySet;
  /** A token as identity writes it; what `claims` says goes over the defaults. */
  token(claims?: Readonly<Record<string, unknown>>, header?: { kid?: string }): Promise<string>;
}

export async function makeIssuer(kid = 'k1'): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] };
  return {
    keys,
    token: (claims = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const payload = {
        iss: issuer,
        aud: audience,
        sub: 'person-1',
        kind: 'person',
        roles: ['kitchen'],
        metro: 'sfo',
        iat: now,
        exp: now + 300,
        ...claims,
      };
      return new SignJWT(payload)
        .setProtectedHeader({ alg: 'RS256', kid: header.kid ?? kid })
        .sign(privateKey);
    },
  };
}
