import { type TokenConfig, tokenConfig } from '@dabba/service-kit';
import type { JWK } from 'jose';

export interface Identity {
  issuer: string;
  audience: string;
  keys: JWK[];
}

const askedAgainAfter = 60_000;

/** What customers' tokens are checked by; the last known while identity is away, undefined before it was ever heard. */
export function identityOf(env: NodeJS.ProcessEnv, now: () => number): () => Promise<Identity | undefined> {
  const { issuer, audience, keys: source }: TokenConfig = tokenConfig(env);
  let known: { keys: JWK[]; at: number } | undefined;
  return async () => {
    if (known === undefined || now() - known.at >= askedAgainAfter) {
      const keys = source instanceof URL ? await fetched(source) : source.keys;
      if (keys !== undefined) known = { keys, at: now() };
    }
    return known && { issuer, audience, keys: known.keys };
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
