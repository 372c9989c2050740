import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';

export interface TestTokens {
  /** Public keys, for `startService(service, { keys })`. */
  keys: JSONWebKeySet;
  /** `Bearer …` of somebody with these roles. */
  bearer(roles: readonly string[], claims?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Tokens as identity issues them, without identity: metro `sfo` and kind `person` unless told otherwise; each lasts for `life`. */
export async function testTokens(life = '5m'): Promise<TestTokens> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const kid = 'test';
  return {
    keys: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] },
    async bearer(roles, claims = {}) {
      const token = await new SignJWT({
        sub: `test-${roles.join('-')}`,
        kind: 'person',
        roles,
        metro: 'sfo',
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer('https://identity.dabba.dev')
        .setAudience('dabba')
        .setIssuedAt()
        .setExpirationTime(life)
        .sign(privateKey);
      return `Bearer ${token}`;
    },
  };
}
