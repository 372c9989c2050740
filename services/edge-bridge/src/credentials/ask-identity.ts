import { idPattern } from '@dabba/contracts';
import type { TokenVerifier } from '@dabba/service-kit';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { type Dispatcher, request } from 'undici';

/** What identity says of a client id and secret: whose they are, that they are wrong, or nothing at all. */
export type Answer =
  | { known: true; fridgeId: string; metro: string }
  | { known: false; because: 'refused' | 'not-a-fridge' }
  | { known: undefined; because: string };

export type AskIdentity = (clientId: string, secret: string) => Promise<Answer>;

const AccessToken = Compile(Type.Object({ access_token: Type.String() }));
const fridgeIdPattern = new RegExp(idPattern);

/** Asks for a token as the fridge and reads who it is from it. @param url of identity, without path */
export function askIdentity(url: string, verify: TokenVerifier, dispatcher?: Dispatcher): AskIdentity {
  return async (clientId, secret) => {
    try {
      const { statusCode, body } = await request(new URL('/api/v1/auth/token', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: secret,
        }),
        headersTimeout: 5_000,
        bodyTimeout: 5_000,
        ...(dispatcher && { dispatcher }),
      });
      const answer: unknown = await body.json().catch(() => undefined);
      if ([400, 401, 422].includes(statusCode)) return { known: false, because: 'refused' };
      if (statusCode !== 200 || !AccessToken.Check(answer))
        return { known: undefined, because: `identity answered ${statusCode}` };
      const { kind, fridgeId, metro } = await verify(`Bearer ${answer.access_token}`);
      if (
        kind !== 'fridge' ||
        fridgeId === undefined ||
        metro === undefined ||
        !fridgeIdPattern.test(fridgeId)
      )
        return { known: false, because: 'not-a-fridge' };
      return { known: true, fridgeId, metro };
    } catch (error) {
      return { known: undefined, because: error instanceof Error ? error.message : String(error) };
    }
  };
}
