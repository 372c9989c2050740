import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

/** A key with a certificate of its own, as PayPal signs what it tells of by one. */
export interface Signer {
  /** PEM. */
  certificate: string;
  /** RSA with SHA-256, base64. */
  sign(text: string): string;
}

/** @param days for which it is good from now on; none if it is over already */
export function newSigner(days = 365): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = certify(privateKey, publicKey, days);
  return {
    certificate,
    sign: (text) => createSign('RSA-SHA256').update(text).sign(privateKey, 'base64'),
  };
}

/** DER, which node reads and does not write: what a certificate of version 1 consists of (RFC 5280, 4.1). */
function certify(privateKey: KeyObject, publicKey: KeyObject, days: number): string {
  const rsaSha256 = sequence(der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05, Buffer.alloc(0)));
  const commonName = sequence(
    der(0x06, Buffer.from('550403', 'hex')),
    der(0x0c, Buffer.from('messageverificationcerts.paypal.com')),
  );
  const name = sequence(der(0x31, commonName));
  const from = Date.now() + Math.min(0, days - 1) * 86_400_000 - 3_600_000;
  const validity = sequence(utcTime(from), utcTime(Date.now() + days * 86_400_000));
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const key = publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(serial, rsaSha256, name, validity, name, key);
  const signature = createSign('RSA-SHA256').update(body).sign(privateKey);
  const whole = sequence(body, rsaSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, Math.floor(length / 256), length % 256];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, Buffer.concat(parts));

function utcTime(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '');
  return der(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}
