import { createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds by which a signature's time may differ from ours. */
const tolerance = 300;

/**
 * Whether one of the signatures in `t=1700000000,v1=hex,v1=hex` is of these bytes by one of these secrets, and fresh: HMAC-SHA256 of
 * `t.body`. Looked at before anything is read. @param now UTC milliseconds
 */
export function isSigned(
  header: string | undefined,
  body: Buffer,
  secrets: readonly string[],
  now: number,
): boolean {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('=', 2));
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(time) || Math.abs(now / 1000 - Number(time)) > tolerance) return false;
  const given = parts.flatMap(([name, value = '']) =>
    name === 'v1' && /^[0-9a-f]{64}$/.test(value) ? [Buffer.from(value, 'hex')] : [],
  );
  return secrets.some((secret) => {
    const own = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
    return given.some((signature) => timingSafeEqual(signature, own));
  });
}

/** What a sender writes into the header. */
export function signatureOf(body: string, secret: string, now: number): string {
  const time = Math.floor(now / 1000);
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}
