import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSigner, type Signer } from '../../../../../e2e/simulators/paypal/certificate.ts';
import { signed } from '../../../../../e2e/simulators/paypal/webhooks.ts';
import { crc32 } from './crc32.ts';
import { type Verify, verifierOf } from './signature.ts';

const webhookId = '1JE4291016473214C';
const body = JSON.stringify({ id: 'WH-1', event_type: 'PAYMENT.CAPTURE.COMPLETED' });
const raw = Buffer.from(body);
const signers: Record<string, Signer> = { good: newSigner(), other: newSigner(), past: newSigner(-1) };
let server: Server;
let url: URL;
/** Certificates that were asked for. */
const asked: string[] = [];
let isDown = false;

beforeAll(async () => {
  server = createServer((request, response) => {
    const name = request.url?.split('/').at(-1) ?? '';
    asked.push(name);
    const status = isDown ? 503 : signers[name] ? 200 : 404;
    response.writeHead(status).end(signers[name]?.certificate);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens nowhere');
  url = new URL(`http://127.0.0.1:${address.port}`);
});
afterAll(() => {
  server.close();
});

const verifier = (id = webhookId): Verify => verifierOf({ url, webhookId: id, timeout: 5_000 });
const certAt = (name: string) => `${url.origin}/v1/notifications/certs/${name}`;
const headersBy = (signer = 'good', certUrl = certAt(signer), given = body) =>
  signed(given, { signer: signers[signer] ?? newSigner(), certUrl, webhookId });
const bad = { name: 'BadSignature' };

it('the checksum is that of zlib', () => {
  expect(crc32('123456789')).toBe(0xcbf43926);
  expect(crc32('')).toBe(0);
});

it('S2-PAY-02 PayPal is believed by its signature over the raw bytes, and its certificate is fetched once', async () => {
  const verify = verifier();
  asked.length = 0;
  await verify(raw, headersBy());
  await verify(raw, headersBy());
  expect(asked).toEqual(['good']);
});

it('S2-PAY-02 nobody else is: other bytes, another webhook, time, key, way of signing, or no signature at all', async () => {
  const verify = verifier();
  await expect(verify(Buffer.from(`${body} `), headersBy())).rejects.toMatchObject(bad);
  await expect(verifier('ANOTHER')(raw, headersBy())).rejects.toMatchObject(bad);
  await expect(verify(raw, headersBy('other', certAt('good')))).rejects.toMatchObject(bad);
  await expect(verify(raw, headersBy('past'))).rejects.toMatchObject(bad);
  for (const [name, value] of [
    ['paypal-transmission-id', 'another'],
    ['paypal-transmission-time', '2020-01-01T00:00:00Z'],
    ['paypal-auth-algo', 'SHA1withRSA'],
    ['paypal-transmission-sig', ''],
    ['paypal-transmission-sig', 'bm8='],
  ] as const)
    await expect(verify(raw, { ...headersBy(), [name]: value }), name).rejects.toMatchObject(bad);
  await expect(verify(raw, {})).rejects.toMatchObject(bad);
});

it('S2-PAY-02 a certificate is taken from PayPal alone, and from where it has them', async () => {
  const real = verifierOf({ url: new URL('https://api-m.paypal.com'), webhookId, timeout: 5_000 });
  asked.length = 0;
  for (const place of [
    certAt('good'),
    'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1',
    'https://api-m.paypal.com@127.0.0.1/v1/notifications/certs/CERT-1',
    'http://api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/../webhooks',
    'nowhere',
  ])
    await expect(real(raw, headersBy('good', place)), place).rejects.toMatchObject({
      ...bad,
      message: expect.stringContaining('not at PayPal'),
    });
  await expect(verifier()(raw, headersBy('good', `${url.origin}/elsewhere/good`))).rejects.toMatchObject(bad);
  expect(asked).toEqual([]);
  await expect(verifier()(raw, headersBy('good', certAt('none')))).rejects.toMatchObject(bad);
});

it('a certificate that cannot be had now says nothing of the signature, and is asked for again', async () => {
  const verify = verifier();
  isDown = true;
  await expect(verify(raw, headersBy())).rejects.toMatchObject({ name: 'ProviderAway' });
  isDown = false;
  await verify(raw, headersBy());
});
