import { reader, tokenConfig } from '@dabba/service-kit';
import type { TokenSettings } from './token/issue.ts';

export interface IdentitySettings {
  token: TokenSettings;
  /** PKCS#8 PEM that signs instead of the keys in the database. */
  privateKey: string | undefined;
  /** Tries of one login from one address in a second. */
  loginsPerSecond: number;
  /** argon2 hashes computed at the same time, 19 MiB each; more wait. */
  hashesAtOnce: number;
}

export function settingsFrom(env: NodeJS.ProcessEnv): IdentitySettings {
  const { issuer, audience } = tokenConfig(env);
  const read = reader(env);
  const settings = {
    token: { issuer, audience, life: read.count('TOKEN_TTL_SECONDS', 300) },
    privateKey: read.text('JWT_PRIVATE_KEY', '') || undefined,
    loginsPerSecond: read.count('LOGINS_PER_SECOND', 5),
    hashesAtOnce: read.count('HASHES_AT_ONCE', 2),
  };
  read.done('identity');
  return settings;
}
