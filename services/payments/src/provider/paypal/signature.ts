import { createVerify, X509Certificate } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { BadSignature, ProviderAway } from '../port.ts';
import { crc32 } from './crc32.ts';
import type { PaypalSettings } from './settings.ts';

const certificates = /^\/v1\/notifications\/certs\/[\w-]+$/;
/** PayPal rolls its certificate now and then. */
const mostKept = 8;
const largest = 64 * 1024;

/** Whether PayPal sent these bytes. @throws BadSignature, and ProviderAway where its certificate cannot be had now */
export type Verify = (raw: Buffer, headers: IncomingHttpHeaders) => Promise<void>;

/**
 * Checks without asking PayPal each time: RSA over `transmission-id|time|webhook-id|crc32(body)`. The certificate is fetched once, from
 * PayPal itself only. No age is too old: an event is kept once by its id, and what it says is not used.
 */
export function verifierOf({
  url,
  webhookId,
  timeout,
}: Pick<PaypalSettings, 'url' | 'webhookId' | 'timeout'>): Verify {
  const known = new Map<string, X509Certificate>();
  // `api-m` is what we call, `api` what its certificates are named by.
  const hosts = new Set([url.host, url.host.replace(/^api-m\./, 'api.')]);

  async function certificateAt(at: string): Promise<X509Certificate> {
    const kept = known.get(at);
    if (kept) return kept;
    const fetched = await fetchCertificate(placeOf(at));
    const [oldest] = known.keys();
    if (known.size >= mostKept && oldest !== undefined) known.delete(oldest);
    known.set(at, fetched);
    return fetched;
  }

  function placeOf(at: string): URL {
    const place = URL.canParse(at) ? new URL(at) : undefined;
    const isTheirs =
      place?.protocol === url.protocol && hosts.has(place.host) && certificates.test(place.pathname);
    if (!place || !isTheirs) throw new BadSignature('Its certificate is not at PayPal’s');
    return place;
  }

  async function fetchCertificate(place: URL): Promise<X509Certificate> {
    let status: number;
    let pem: string;
    try {
      const response = await fetch(place, { redirect: 'error', signal: AbortSignal.timeout(timeout) });
      ({ status } = response);
      pem = await response.text();
    } catch (cause) {
      throw new ProviderAway('PayPal does not give its certificate', { cause });
    }
    if (status >= 500 || status === 429)
      throw new ProviderAway(`PayPal answered ${status} for its certificate`);
    if (status !== 200 || pem.length > largest) throw new BadSignature('PayPal has no such certificate');
    try {
      return new X509Certificate(pem);
    } catch (cause) {
      throw new BadSignature('That is no certificate', { cause });
    }
  }

  return async (raw, headers) => {
    const header = (name: string): string => {
      const value = headers[name];
      if (typeof value !== 'string' || value === '') throw new BadSignature(`It came without ${name}`);
      return value;
    };
    const [id, time] = [header('paypal-transmission-id'), header('paypal-transmission-time')];
    const signature = header('paypal-transmission-sig');
    if (header('paypal-auth-algo') !== 'SHA256withRSA')
      throw new BadSignature('It was signed in a way we do not know');
    const certificate = await certificateAt(header('paypal-cert-url'));
    const now = Date.now();
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo))
      throw new BadSignature('Its certificate is not valid now');
    const verify = createVerify('RSA-SHA256').update([id, time, webhookId, crc32(raw)].join('|'));
    if (!verify.verify(certificate.publicKey, signature, 'base64'))
      throw new BadSignature('It was not signed by PayPal, or for another webhook');
  };
}
