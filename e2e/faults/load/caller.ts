import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { type DemoCredential, grantOf } from '../../platform/credentials.ts';
import type { Ledger } from '../ledger.ts';
import type { Random } from '../random.ts';
import type { Pressure } from './pressure.ts';

export interface Answer {
  status: number;
  body: unknown;
}

/** Speaks as one person through either gateway, and goes on asking until it gets an answer that counts. */
export interface Caller {
  readonly credential: DemoCredential;
  /**
   * The same key and body again, at a gateway picked anew, until the answer is final: 2xx, a 4xx that is not about
   * the token or the rate, or a refusal that will be none the other for being asked again. Rejects only when `giveUp` says so.
   * @param refusals codes of problems that are final though their status says otherwise
   */
  post(path: string, key: string, body: object, refusals?: ReadonlySet<string>): Promise<Answer>;
}

export interface CallerOptions {
  gateways: readonly string[];
  credential: DemoCredential;
  ledger: Ledger;
  pressure: Pressure;
  random: Random;
  giveUp: AbortSignal;
}

/** Milliseconds; shorter than a server's own patience, so that answers get lost on the way and have to be asked for again. */
const timeout = 4_000;

export function callerOf({ gateways, credential, ledger, pressure, random, giveUp }: CallerOptions): Caller {
  let token: { value: string; until: number } | undefined;
  let signingIn: Promise<void> | undefined;

  async function signIn(): Promise<void> {
    const { status, body } = await send('/api/v1/auth/token', {}, grantOf(credential));
    if (status === 200 && isToken(body))
      token = { value: body.access_token, until: Date.now() + (body.expires_in - 30) * 1000 };
  }

  /** Whatever waits for a token shares one sign-in: each costs identity a slow hash. */
  async function bearer(): Promise<string | undefined> {
    if (token && Date.now() < token.until) return token.value;
    signingIn ??= signIn().finally(() => {
      signingIn = undefined;
    });
    await signingIn;
    return token?.value;
  }

  async function send(path: string, headers: Record<string, string>, body: object): Promise<Answer> {
    const gateway = random.pick(gateways) ?? '';
    const response = await request(`${gateway}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      headersTimeout: timeout,
      bodyTimeout: timeout,
      signal: giveUp,
    });
    const text = await response.body.text();
    return { status: response.statusCode, body: text === '' ? undefined : JSON.parse(text) };
  }

  async function attempt(path: string, key: string, body: object): Promise<Answer | undefined> {
    const began = Date.now();
    try {
      const authorization = await bearer();
      if (authorization === undefined) return undefined;
      const answer = await send(
        path,
        { authorization: `Bearer ${authorization}`, 'idempotency-key': key },
        body,
      );
      ledger.answered(String(answer.status));
      if (answer.status < 500) pressure.answered(Date.now() - began);
      if (answer.status === 401) token = undefined;
      return answer;
    } catch (error) {
      ledger.answered(nameOf(error));
      pressure.stalled(Date.now());
      return undefined;
    }
  }

  return {
    credential,
    async post(path, key, body, refusals) {
      for (let tries = 0; ; tries++) {
        giveUp.throwIfAborted();
        const answer = await attempt(path, key, body);
        if (answer && (isFinal(answer) || refusals?.has(codeOf(answer)))) return answer;
        await pause(Math.min(1000, 50 * 2 ** tries) * (0.5 + random.next()));
      }
    },
  };
}

/** Of a problem document; empty where there is none. */
export function codeOf({ body }: Answer): string {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string'
    ? body.code
    : '';
}

function isFinal({ status }: Answer): boolean {
  return status < 500 && status !== 401 && status !== 429;
}

function isToken(body: unknown): body is { access_token: string; expires_in: number } {
  return (
    typeof body === 'object' &&
    body !== null &&
    'access_token' in body &&
    'expires_in' in body &&
    typeof body.access_token === 'string' &&
    typeof body.expires_in === 'number'
  );
}

function nameOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.name : 'unknown';
}
