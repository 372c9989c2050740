import { bounded, RetryAfter } from '@dabba/tasks';
import { Agent, type Dispatcher, request } from 'undici';
import type { Settings } from './settings.ts';

export interface Question {
  method: 'GET' | 'POST';
  path: string;
  query?: Record<string, string | string[]>;
  /** Content type of question and answer. */
  type: string;
  body?: string;
}

/** The text of a 200. @throws RetryAfter when it sends us away with a time; any other error when nobody knows what it did */
export type Call = (question: Question, signal: AbortSignal) => Promise<string>;

const largestAnswer = 4 * 1024 * 1024;
/** Seconds; who asks for more is asked again after these. */
const longestPause = 3600;

export function callerOf({ url, user, secret, timeout }: Settings): Call {
  const dispatcher = new Agent({
    connections: 16,
    connectTimeout: timeout,
    headersTimeout: timeout,
    bodyTimeout: timeout,
    maxResponseSize: largestAnswer,
  });
  const authorization = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
  const once = async (
    { method, path, query, type, body }: Question,
    signal: AbortSignal,
  ): Promise<string> => {
    const answer = await request(new URL(path, url), {
      dispatcher,
      method,
      headers: { authorization, accept: type, ...(body !== undefined && { 'content-type': type }) },
      signal,
      ...(query && { query }),
      ...(body !== undefined && { body }),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 200) return text;
    const wait = secondsOf(answer.headers);
    const sentAway = answer.statusCode === 429 || (answer.statusCode === 503 && wait !== undefined);
    if (sentAway) throw new RetryAfter(wait ?? 1, `It answered ${answer.statusCode}`);
    throw new Error(`It answered ${answer.statusCode}`);
  };
  // Bodies may trickle: the whole has to end in time.
  return (question, outer) => bounded((signal) => once(question, signal), outer, timeout);
}

/** Retry-After is a number of seconds or an HTTP date. */
export function secondsOf(headers: Dispatcher.ResponseData['headers']): number | undefined {
  const value = [headers['retry-after'] ?? []].flat()[0]?.trim();
  if (!value) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.min(longestPause, Math.max(0, seconds));
}
