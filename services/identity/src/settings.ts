import { tokenConfig } from '@dabba/service-kit';
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
  return {
    token: {
      issuer,
      audience,
      life: positive(env, 'TOKEN_TTL_SECONDS', 300),
    },
    privateKey: env.JWT_PRIVATE_KEY,
    loginsPerSecond: positive(env, 'LOGINS_PER_SECOND', 5),
    hashesAtOnce: positive(env, 'HASHES_AT_ONCE', 2),
  };
}

function positive(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const value = Number(env[name] ?? fallback);
  if (!Number.isInteger(value) || value <= 0) throw new Error(`${name} must be a whole number above 0`);
  return value;
}
