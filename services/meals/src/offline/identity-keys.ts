import { type TokenConfig, tokenConfig } from '@dabba/service-kit';
import type { JWK } from 'jose';

export interface Identity {
  issuer: string;
  audience: string;
  keys: JWK[];
}

/** Milliseconds until the keys are asked for again, and until then while there are none. */
const askedAgainAfter = { known: 30_000, unknown: 5_000 };

/** What customers' tokens are checked by; the last known while identity is away, undefined before it was ever heard. */
export function identityOf(env: NodeJS.ProcessEnv, now: () => number): () => Promise<Identity | undefined> {
  const { issuer, audience, keys: source }: TokenConfig = tokenConfig(env);
  let keys: JWK[] | undefined;
  let askedAt = -Infinity;
  return async () => {
    if (now() - askedAt >= askedAgainAfter[keys === undefined ? 'unknown' : 'known']) {
      askedAt = now();
      keys = (source instanceof URL ? await fetched(source) : source.keys) ?? keys;
    }
    return keys && { issuer, audience, keys };
  };
}

async function fetched(url: URL): Promise<JWK[] | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    const { keys }: { keys?: JWK[] } = answer.ok ? JSON.parse(await answer.text()) : {};
    return Array.isArray(keys) ? keys : undefined;
  } catch {
    return undefined;
  }
}
