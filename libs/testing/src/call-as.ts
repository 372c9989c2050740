import type { TestTokens } from './tokens.ts';

export interface TestCaller {
  /** Default: operations. */
  roles?: readonly string[];
  claims?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
}

/** A request as somebody with these roles; a body is sent as JSON, but a string as it is. */
export async function requestAs(
  tokens: TestTokens,
  method: string,
  url: string,
  body?: unknown,
  { roles = ['operations'], claims = {}, headers = {} }: TestCaller = {},
): Promise<Response> {
  return fetch(url, {
    method,
    headers: {
      authorization: await tokens.bearer(roles, claims),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** Its answer, read as JSON. */
export async function callAs(...request: Parameters<typeof requestAs>) {
  const response = await requestAs(...request);
  return { status: response.status, body: JSON.parse((await response.text()) || 'null') };
}
