import { canonical } from '@dabba/contracts';
import { importJWK, type JSONWebKeySet, type JWK } from 'jose';
import { type Bundle, kind, partHashes, sha256 } from '../bundle.ts';
import { leafHash, pathOf, rootOf } from '../merkle.ts';
import { sign } from '../signed.ts';

/** The key of RFC 8037's examples: known to everybody, and good for nothing else. */
export const privateJwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
} as const satisfies JWK;
const kid = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';
export const keys: JSONWebKeySet = {
  keys: [{ kty: 'OKP', crv: 'Ed25519', x: privateJwk.x, kid, alg: 'EdDSA', use: 'sig' }],
};

export async function signer(jwk: JWK = privateJwk, as = kid) {
  const key = await importJWK(jwk, 'EdDSA');
  if (key instanceof Uint8Array) throw new TypeError('Not an Ed25519 key');
  return { kid: as, key };
}

export const day = '2026-11-20';
export const document = Buffer.from('{"receipt_number": "R-1", "total": "2.50"}');
const idOf = (n: number) => `01a1f640-bc00-7000-8000-00000000000${n}`;

const receiptOf = (n: number) => ({
  id: idOf(n),
  client: 'till_sfo',
  type: 'us-sales-receipt',
  hash: sha256(n === 2 ? document : `document ${n}`),
  received_at: '2026-11-20T00:00:00.000Z',
});

/** The third of five receipts of a day, as it was proved then. */
export async function goldenBundle(): Promise<Bundle> {
  const by = await signer();
  const leaves = [0, 1, 2, 3, 4].map((n) => leafHash(canonical(receiptOf(n))));
  const signed = {
    day,
    size: leaves.length,
    root: rootOf(leaves).toString('hex'),
    previous: null,
    signed_at: Date.UTC(2026, 10, 21, 0, 15),
  };
  const body = `{"uid":"${idOf(2)}","status":"registered","fiscal_number":"FN-1"}`;
  const unsigned = {
    kind,
    issued_at: '2026-11-21T08:00:00.000Z',
    receipt: receiptOf(2),
    outcome: {
      status: 'ACCEPTED',
      rules: { type: 'us-sales-receipt', format: 'JSON', version: 1, definition_hash: sha256('rules') },
      failures: [],
      registrations: [
        {
          authority: 'tax-office',
          status: 'REGISTERED',
          reference: 'FN-1',
          at: '2026-11-20T00:00:01.000Z',
        },
      ],
    },
    acknowledgements: [
      {
        authority: 'tax-office',
        outcome: 'REGISTERED',
        at: '2026-11-20T00:00:01.000Z',
        body,
        body_hash: sha256(body),
      },
    ],
    inclusion: {
      day,
      index: 2,
      size: 5,
      path: pathOf(leaves, 2).map((hash) => hash.toString('hex')),
    },
    root: await sign(signed, 'dabba-receipt-root', by),
  } as const satisfies Omit<Bundle, 'document' | 'signature'>;
  const signature = await sign({ kind, parts: partHashes(unsigned) }, 'dabba-receipt-proof', by);
  const { outcome, acknowledgements, inclusion, ...rest } = unsigned;
  return {
    ...rest,
    outcome: { ...outcome, failures: [], registrations: [...outcome.registrations] },
    acknowledgements: [...acknowledgements],
    inclusion: { ...inclusion, path: [...inclusion.path] },
    document: document.toString('base64'),
    signature,
  };
}
