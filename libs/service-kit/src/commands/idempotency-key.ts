import { Problem } from '../http/problem.ts';

/**
 * The key without the quotes of draft-ietf-httpapi-idempotency-key-header; clients send it with and without them.
 * 400 for one that is missing where it is required, or is not 1–255 printable ASCII characters.
 */
export function idempotencyKeyOf(
  header: string | string[] | undefined,
  need: 'required' | undefined,
): string | undefined {
  if (header === undefined) {
    if (need === 'required')
      throw refused('idempotency-key-missing', 'This request needs an Idempotency-Key header.');
    return undefined;
  }
  const text = String(header);
  const key = /^"([^"]*)"$/.exec(text)?.[1] ?? text;
  if (!/^[\x20-\x7e]{1,255}$/.test(key) || key.trim() === '')
    throw refused('idempotency-key-invalid', 'An Idempotency-Key is 1 to 255 printable characters.');
  return key;
}

function refused(code: string, detail: string): Problem {
  const errors = [{ in: 'headers' as const, pointer: '#/idempotency-key', detail }];
  return new Problem({ status: 400, code, detail, errors });
}
