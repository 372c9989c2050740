import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const prefix = 'whsec_';

/** Signed as Standard Webhooks says: HMAC-SHA256 over `id.timestamp.body`. */
export interface WebhookHeaders {
  'webhook-id': string;
  /** Seconds since the epoch, of this attempt. */
  'webhook-timestamp': string;
  /** `v1,<base64>` for each secret that is valid, parted by spaces. */
  'webhook-signature': string;
}

export function newSecret(): string {
  return prefix + randomBytes(32).toString('base64');
}

/** @param now UTC milliseconds */
export function signedHeaders(
  id: string,
  body: string,
  secrets: readonly string[],
  now: number,
): WebhookHeaders {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = secrets.map((secret) => `v1,${mac(secret, id, timestamp, body).toString('base64')}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

export type Verified = { ok: true; id: string } | { ok: false; reason: string };

/**
 * For receivers: whether a request is from us and fresh. Its id is the same at every attempt; remember it to do things once.
 * @param headers by lower-case names
 * @param body as received, byte for byte
 * @param now UTC milliseconds
 * @param tolerance seconds that the clocks may differ and a request may be on its way
 */
export function verifyWebhook(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string | Buffer,
  secret: string,
  now: number,
  tolerance = 300,
): Verified {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    [headers[name] ?? []].flat().join(' '),
  );
  if (!id || !timestamp || !signatures) return { ok: false, reason: 'A header is missing' };
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: 'The timestamp is no number of seconds' };
  if (Math.abs(now / 1000 - Number(timestamp)) > tolerance)
    return { ok: false, reason: 'The timestamp is too far from now' };
  const expected = mac(secret, id, timestamp, body);
  // All are compared, so that the time taken says nothing.
  const same = signatures.split(' ').map((each) => {
    const [version, text = ''] = each.split(',', 2);
    const given = Buffer.from(text, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  return same.includes(true) ? { ok: true, id } : { ok: false, reason: 'No signature is by this secret' };
}

function mac(secret: string, id: string, timestamp: string, body: string | Buffer): Buffer {
  const key = Buffer.from(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret, 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}
