import { createHash } from 'node:crypto';
import { canonical } from '@dabba/contracts';
import { type Static, Type } from 'typebox';

/** SHA-256, hex. */
export const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Time = Type.String({ format: 'date-time' });
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const closed = { additionalProperties: false };

/** What intake fixed: in canonical JSON it is the leaf. Outcomes come later, when the day's root may be signed already. */
export const Leaf = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    client: Type.String(),
    type: Type.String(),
    hash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the document as received' }),
    received_at: Time,
  },
  closed,
);
export type Leaf = Static<typeof Leaf>;

/** The rules that judged it. */
const Rules = Type.Object(
  {
    type: Type.String(),
    format: Type.Enum(['JSON', 'XML']),
    version: Type.Integer(),
    definition_hash: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description:
        'SHA-256 of the definition in canonical JSON, as GET /api/v1/receipt-types/:type/versions gives it',
    }),
  },
  closed,
);

const Outcome = Type.Object(
  {
    status: Type.Enum(['RECEIVED', 'REJECTED', 'REGISTERING', 'ACCEPTED', 'FAILED']),
    rules: Nullable(Rules),
    failures: Type.Array(
      Type.Object({ rule: Type.String(), pointer: Type.String(), detail: Type.String() }, closed),
    ),
    registrations: Type.Array(
      Type.Object(
        {
          authority: Type.String(),
          status: Type.Enum(['PENDING', 'REGISTERED', 'REFUSED']),
          reference: Nullable(Type.String()),
          at: Nullable(Time),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** One answer of an authority. */
export const Acknowledgement = Type.Object(
  {
    authority: Type.String(),
    outcome: Type.Enum(['REGISTERED', 'REFUSED']),
    at: Time,
    body: Type.String({ description: 'Its line about this receipt, as it came' }),
    body_hash: Hash,
  },
  closed,
);
export type Acknowledgement = Static<typeof Acknowledgement>;

/** Where its leaf is in the tree of its day. */
const Inclusion = Type.Object(
  {
    day: Type.String({ format: 'date' }),
    index: Type.Integer({ minimum: 0 }),
    size: Type.Integer({ minimum: 1 }),
    path: Type.Array(Hash, { maxItems: 60 }),
  },
  closed,
);

export const kind = 'dabba-receipt-proof/1';

export const Bundle = Type.Object(
  {
    kind: Type.Literal(kind),
    issued_at: Time,
    receipt: Leaf,
    outcome: Outcome,
    acknowledgements: Type.Array(Acknowledgement),
    inclusion: Inclusion,
    root: Type.String({ description: 'The signed root of the day, a compact JWS' }),
    document: Nullable(
      Type.String({ description: 'Raw bytes as received, base64, where they were asked for' }),
    ),
    signature: Type.String({ description: 'A compact JWS over the hash of each part' }),
  },
  closed,
);
export type Bundle = Static<typeof Bundle>;

/** Parts that are signed by their own hashes, so that it can be said which of them was changed. */
export const parts = [
  'issued_at',
  'receipt',
  'outcome',
  'acknowledgements',
  'inclusion',
  'root',
] as const satisfies readonly (keyof Bundle)[];

export type PartHashes = Record<(typeof parts)[number], string>;

export function partHashes(bundle: Pick<Bundle, (typeof parts)[number]>): PartHashes {
  const of = (part: (typeof parts)[number]) => sha256(canonical(bundle[part]));
  return {
    issued_at: of('issued_at'),
    receipt: of('receipt'),
    outcome: of('outcome'),
    acknowledgements: of('acknowledgements'),
    inclusion: of('inclusion'),
    root: of('root'),
  };
}

export function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
