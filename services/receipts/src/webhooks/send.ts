import { bounded, RetryAfter } from '@dabba/tasks';
import { Agent, request } from 'undici';
import { secondsOf } from '../authorities/call.ts';
import { lookupIn, type Resolve, refusedUrl } from './address.ts';
import type { WebhookSettings } from './settings.ts';
import type { WebhookHeaders } from './signature.ts';

/** Its receiver wants nothing more, ever (410). */
export class Gone extends Error {
  override name = 'Gone';
}

/** Resolves when a 2xx came. @throws Gone, RetryAfter where it says when to come back, or any other error */
export type Send = (url: string, headers: WebhookHeaders, body: string, stop: AbortSignal) => Promise<void>;

/** Bytes of an answer that are read, so that its connection can be used again. */
const limit = 16 * 1024;

/** Follows no redirect: where a signed request goes is for the client to say, at our door. */
export function senderTo(
  { network, timeout }: Pick<WebhookSettings, 'network' | 'timeout'>,
  resolve?: Resolve,
): {
  send: Send;
  close(): Promise<void>;
} {
  const dispatcher = new Agent({
    connect: { timeout, lookup: lookupIn(network, resolve) },
    headersTimeout: timeout,
    bodyTimeout: timeout,
    connections: 32,
    maxHeaderSize: limit,
  });
  const once = async (url: string, headers: WebhookHeaders, body: string, signal: AbortSignal) => {
    const answer = await request(url, {
      dispatcher,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'dabba-webhooks/1' },
      body,
      signal,
    });
    const { statusCode } = answer;
    // What it says besides its status is not for us; a body without an end ends the connection.
    await answer.body.dump({ limit }).catch(() => undefined);
    if (statusCode >= 200 && statusCode < 300) return;
    if (statusCode === 410) throw new Gone('It answered 410');
    const seconds = secondsOf(answer.headers);
    if (seconds !== undefined) throw new RetryAfter(seconds, `It answered ${statusCode}`);
    throw new Error(`It answered ${statusCode}`);
  };
  return {
    close: () => dispatcher.destroy(),
    async send(url, headers, body, stop) {
      const refused = refusedUrl(url, network);
      if (refused !== undefined) throw new Error(refused);
      await bounded((signal) => once(url, headers, body, signal), stop, timeout);
    },
  };
}
