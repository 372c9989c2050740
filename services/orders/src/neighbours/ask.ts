import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Settings } from '../settings.ts';

/** What a neighbour answers to GET; undefined where it is away, too slow, or says no: nobody's order depends on it. */
export type Ask = (url: URL, within: number) => Promise<unknown>;

const Token = Type.Object({ access_token: Type.String(), expires_in: Type.Number() });

/** Asks with this service's own token, which is kept until shortly before it ends. */
export function asker({ identity, clientId, clientSecret }: Settings, now: () => number): Ask {
  let token: { text: string; until: number } | undefined;

  async function tokenOf(signal: AbortSignal): Promise<string> {
    if (token && now() < token.until) return token.text;
    const answer = await fetch(new URL('/api/v1/auth/token', identity), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      }),
      signal,
    });
    const { access_token: text, expires_in } = Value.Parse(Token, await answer.json());
    token = { text, until: now() + (expires_in - 30) * 1000 };
    return text;
  }

  return async (url, within) => {
    if (clientSecret === '') return undefined;
    try {
      const signal = AbortSignal.timeout(within);
      const headers = { authorization: `Bearer ${await tokenOf(signal)}` };
      const answer = await fetch(url, { headers, signal });
      if (answer.status === 401) token = undefined;
      return answer.ok ? await answer.json() : undefined;
    } catch {
      return undefined;
    }
  };
}
