import {
  CompactSign,
  type CryptoKey,
  compactVerify,
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
} from 'jose';

const algorithm = 'EdDSA';

/** Kinds of what is signed: one never passes for another. */
export type Typ = 'dabba-receipt-root' | 'dabba-receipt-proof';

/** A compact JWS (RFC 7515), Ed25519. */
export async function sign(
  payload: object,
  typ: Typ,
  { kid, key }: { kid: string; key: CryptoKey },
): Promise<string> {
  return await new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: algorithm, kid, typ })
    .sign(key);
}

/** The signed payload, or what is wrong with it as the end of a sentence. */
export async function verifySigned(
  jws: string,
  typ: Typ,
  keys: JSONWebKeySet,
): Promise<{ payload: unknown } | { wrong: string }> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(keys), {
      algorithms: [algorithm],
    });
    if (protectedHeader.typ !== typ) return { wrong: `is a ${protectedHeader.typ}, not a ${typ}` };
    return { payload: JSON.parse(Buffer.from(payload).toString('utf8')) };
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return { wrong: 'is signed by none of the keys given' };
    if (error instanceof errors.JWSSignatureVerificationFailed)
      return { wrong: 'was changed after it was signed' };
    return { wrong: 'is no JWS of ours' };
  }
}
