import { expect, it } from 'vitest';
import { newSecret, signedHeaders, verifyWebhook } from './signature.ts';

const now = Date.UTC(2026, 10, 21, 12);
const body = '{"id":"evt_1"}';
const secret = newSecret();
const headers = { ...signedHeaders('evt_1', body, [secret], now) };

it('is the signature of Standard Webhooks, by a vector of another library', () => {
  const known = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const text = '{"test": 2432232314}';
  const signed = signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', text, [known], 1_614_265_330_000);
  expect(signed['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

it('passes what is as it was sent, for as long as the tolerance says', () => {
  expect(verifyWebhook(headers, body, secret, now)).toEqual({ ok: true, id: 'evt_1' });
  expect(verifyWebhook(headers, Buffer.from(body), secret, now + 300_000)).toMatchObject({ ok: true });
  expect(verifyWebhook(headers, body, secret, now + 301_000)).toMatchObject({ ok: false });
  expect(verifyWebhook(headers, body, secret, now - 301_000)).toMatchObject({ ok: false });
  expect(verifyWebhook(headers, body, secret, now + 301_000, 600)).toMatchObject({ ok: true });
});

it.each([
  ['another body', headers, `${body} `, secret],
  ['another id', { ...headers, 'webhook-id': 'evt_2' }, body, secret],
  ['another time', { ...headers, 'webhook-timestamp': String(now / 1000 + 1) }, body, secret],
  ['another secret', headers, body, newSecret()],
  ['no signature', { ...headers, 'webhook-signature': undefined }, body, secret],
  ['a version nobody knows', { ...headers, 'webhook-signature': 'v2,AAAA' }, body, secret],
  ['no number', { ...headers, 'webhook-timestamp': 'now' }, body, secret],
])('refuses %s', (_, given, text, by) => {
  expect(verifyWebhook(given, text, by, now)).toMatchObject({ ok: false });
});

it('passes with either of two secrets while one rolls over', () => {
  const next = newSecret();
  const both = { ...signedHeaders('evt_1', body, [next, secret], now) };
  expect(verifyWebhook(both, body, secret, now).ok).toBe(true);
  expect(verifyWebhook(both, body, next, now).ok).toBe(true);
});
