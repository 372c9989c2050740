import { setTimeout as pause } from 'node:timers/promises';
import type { DemoCredential } from './credentials.ts';
import { grantOf } from './credentials.ts';

export interface Answer<T = unknown> {
  status: number;
  body: T;
  headers: Headers;
}

export interface Client {
  credential: DemoCredential;
  /** An access token of the moment. */
  token(): Promise<string>;
  get<T = unknown>(path: string): Promise<Answer<T>>;
  post: Send;
  put: Send;
  patch: Send;
  delete<T = unknown>(path: string): Promise<Answer<T>>;
}

type Send = <T = unknown>(
  path: string,
  body: unknown,
  headers?: Record<string, string>,
) => Promise<Answer<T>>;

/** Times a busy identity is asked for a token. */
const patience = 20;

interface Token {
  value: Promise<string>;
  until: number;
}

/** Speaks to the gateway as somebody; signs in when it must, and again before the token runs out. */
export function clientOf(gateway: string, credential: DemoCredential): Client {
  let token: Token | undefined;
  /** Those who ask at once wait for one sign-in. */
  function bearer(): Promise<string> {
    if (token && Date.now() < token.until) return token.value;
    const lasts = (seconds: number) => {
      mine.until = Date.now() + seconds * 1000;
    };
    const mine: Token = { value: signIn(lasts), until: Infinity };
    token = mine;
    mine.value.catch(() => {
      if (token === mine) token = undefined;
    });
    return mine.value;
  }
  async function signIn(lasts: (seconds: number) => void): Promise<string> {
    for (let tries = 1; ; tries++) {
      const { status, body } = await askForToken();
      if (status === 200) {
        lasts(body.expires_in - 30);
        return body.access_token;
      }
      // Busy, or not there yet: asked again, as its Retry-After says.
      if (status !== 503 || tries === patience)
        throw new Error(`${credential.name} could not sign in: ${status}`);
      await pause(500);
    }
  }
  function askForToken() {
    return send<{ access_token: string; expires_in: number }>(`${gateway}/api/v1/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(grantOf(credential)),
    });
  }
  const sending =
    (method: 'POST' | 'PUT' | 'PATCH'): Send =>
    async (path, body, headers = {}) =>
      send(`${gateway}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await bearer()}`,
          'content-type': 'application/json',
          ...headers,
        },
        body: JSON.stringify(body),
      });
  return {
    credential,
    token: bearer,
    get: async (path) =>
      send(`${gateway}${path}`, { headers: { authorization: `Bearer ${await bearer()}` } }),
    delete: async (path) =>
      send(`${gateway}${path}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${await bearer()}` },
      }),
    post: sending('POST'),
    put: sending('PUT'),
    patch: sending('PATCH'),
  };
}

async function send<T>(url: string, init: RequestInit): Promise<Answer<T>> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(15_000) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text) };
}

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
