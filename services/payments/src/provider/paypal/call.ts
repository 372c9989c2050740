import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { ProviderAway } from '../port.ts';
import { PaypalError } from './errors.ts';
import type { PaypalSettings } from './settings.ts';

export interface Question {
  method: 'GET' | 'POST' | 'PATCH';
  /** With its query. */
  path: string;
  body?: object;
  /** Under which it happens once. */
  key?: string;
}

/** What PayPal answers. @throws PaypalError for what it does not do, ProviderAway where nobody knows whether it did */
export type Call = (question: Question) => Promise<unknown>;

const Granted = Type.Object({ access_token: Type.String(), expires_in: Type.Number() });
const Problem = Type.Object({
  name: Type.Optional(Type.String()),
  debug_id: Type.Optional(Type.String()),
  details: Type.Optional(Type.Array(Type.Object({ issue: Type.String() }))),
});

/** Milliseconds before its end at which a token is used no more. */
const margin = 60_000;

/** Asks with a token of our own, which is kept for as long as it is good (OAuth 2.0, client credentials). */
export function callerOf({ url, clientId, clientSecret, timeout }: Omit<PaypalSettings, 'webhookId'>): Call {
  let token: { text: string; until: number } | undefined;
  let signingIn: Promise<string> | undefined;

  async function grant(): Promise<string> {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const answer = await reached(new URL('/v1/oauth2/token', url), {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
    });
    if (answer.status !== 200 || !Value.Check(Granted, answer.body)) throw refusalOf(answer);
    const { access_token: text, expires_in } = answer.body;
    token = { text, until: Date.now() + expires_in * 1000 - margin };
    return text;
  }

  function signIn(): Promise<string> {
    signingIn ??= grant().finally(() => {
      signingIn = undefined;
    });
    return signingIn;
  }

  /** Whatever it answers. @throws ProviderAway where it does not */
  async function reached(at: URL, init: RequestInit): Promise<Answer> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(at, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeout) });
      text = await response.text();
    } catch (cause) {
      throw new ProviderAway('PayPal does not answer', { cause });
    }
    const seconds = Number(response.headers.get('retry-after'));
    if (response.status === 429)
      throw new ProviderAway('PayPal sends us away', seconds > 0 ? { retryAfter: seconds } : {});
    const debugId = response.headers.get('paypal-debug-id') ?? '';
    return { status: response.status, debugId, body: parsed(text, response.status) };
  }

  return async ({ method, path, body, key }) => {
    const ask = async (bearer: string) =>
      reached(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${bearer}`,
          'content-type': 'application/json',
          prefer: 'return=representation',
          ...(key !== undefined && { 'paypal-request-id': key }),
        },
        ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) }),
      });
    const known = token !== undefined && Date.now() < token.until ? token.text : undefined;
    let answer = await ask(known ?? (await signIn()));
    // It may have been taken back before its time.
    if (answer.status === 401 && known !== undefined) answer = await ask(await signIn());
    if (answer.status >= 300) throw refusalOf(answer);
    return answer.body;
  };
}

interface Answer {
  status: number;
  debugId: string;
  body: unknown;
}

/** @throws ProviderAway where a proxy answers for it */
function parsed(text: string, status: number): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProviderAway(`PayPal answered ${status}, and no JSON`, { cause });
  }
}

function refusalOf({ status, body, debugId }: Answer): PaypalError {
  const said = Value.Check(Problem, body) ? body : {};
  const issue = said.details?.[0]?.issue ?? said.name ?? `HTTP_${status}`;
  return new PaypalError(status, issue, said.debug_id ?? debugId);
}
