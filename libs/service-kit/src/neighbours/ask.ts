import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { request } from 'undici';

/** What a neighbour answers to GET within so many milliseconds; undefined where it is away, too slow, or says no: nobody's order depends on it. */
export type Ask = (url: URL, within: number) => Promise<unknown>;

/** Who asks: a client of identity. Without a secret nobody is asked. */
export interface Asker {
  identity: URL;
  clientId: string;
  clientSecret: string;
}

interface Token {
  text: string;
  /** When the next one is fetched, and when this one is used no more. */
  renew: number;
  until: number;
}

const Granted = Type.Object({ access_token: Type.String(), expires_in: Type.Number() });

/** Milliseconds identity is given; who asks meanwhile waits no longer than they said. */
const patience = 5_000;

/** Asks with this service's own token, which is there before somebody waits for it. */
export function asker({ identity, clientId, clientSecret }: Asker, now: () => number): Ask {
  let token: Token | undefined;
  let signingIn: Promise<Token> | undefined;

  async function grant(): Promise<Token> {
    const answer = await fetch(new URL('/api/v1/auth/token', identity), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      }),
      signal: AbortSignal.timeout(patience),
    });
    const { access_token: text, expires_in } = Value.Parse(Granted, await answer.json());
    token = { text, renew: now() + expires_in * 500, until: now() + (expires_in - 30) * 1000 };
    return token;
  }

  function signIn(): Promise<Token> {
    signingIn ??= grant().finally(() => {
      signingIn = undefined;
    });
    return signingIn;
  }

  async function tokenOf(signal: AbortSignal): Promise<string> {
    if (!token || now() >= token.until) return (await Promise.race([signIn(), aborted(signal)])).text;
    if (now() >= token.renew) signIn().catch(ignore);
    return token.text;
  }

  if (clientSecret !== '') signIn().catch(ignore);
  return async (url, within) => {
    if (clientSecret === '') return undefined;
    try {
      const signal = AbortSignal.timeout(within);
      const headers = { authorization: `Bearer ${await tokenOf(signal)}` };
      const { statusCode, body } = await request(url, { headers, signal });
      if (statusCode === 401) token = undefined;
      if (statusCode === 200) return await body.json();
      await body.dump();
      return undefined;
    } catch {
      return undefined;
    }
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function ignore(): void {
  // Whoever needs the token asks again.
}
