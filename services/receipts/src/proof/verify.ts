import { canonical, isUuid } from '@dabba/contracts';
import type { JSONWebKeySet } from 'jose';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { dayOf } from '../intake/arrival.ts';
import { Bundle, kind, type PartHashes, partHashes, parts, sha256 } from './bundle.ts';
import { leafHash, rootFrom } from './merkle.ts';
import { verifyRoot } from './root.ts';
import { verifySigned } from './signed.ts';

const checked = Compile(Bundle);
const Signed = Compile(
  Type.Object({
    kind: Type.Literal(kind),
    parts: Type.Object({
      issued_at: Type.String(),
      receipt: Type.String(),
      outcome: Type.String(),
      acknowledgements: Type.String(),
      inclusion: Type.String(),
      root: Type.String(),
    }),
  }),
);

export type Verdict =
  | { ok: true; bundle: Bundle }
  /** What is wrong, each beginning with the part that it is wrong with. */
  | { ok: false; problems: string[] };

/**
 * Checks a proof with nothing but the keys that were published: no network, no clock.
 * @param document the receipt's own bytes; where they are not given, those within the proof are checked, if it has them
 */
export async function verifyProof(proof: unknown, keys: JSONWebKeySet, document?: Buffer): Promise<Verdict> {
  if (!checked.Check(proof)) {
    const [first] = Value.Errors(Bundle, proof);
    return {
      ok: false,
      problems: [`bundle: ${first?.instancePath || '/'} ${first?.message ?? 'is not a proof'}`],
    };
  }
  const problems = [
    ...documentProblems(proof, document),
    ...acknowledgementProblems(proof),
    ...(await inclusionProblems(proof, keys)),
    ...(await signatureProblems(proof, keys)),
  ];
  return problems.length === 0 ? { ok: true, bundle: proof } : { ok: false, problems };
}

function documentProblems({ receipt, document }: Bundle, given: Buffer | undefined): string[] {
  const all = [given, document === null ? undefined : Buffer.from(document, 'base64')];
  return all.flatMap((bytes) =>
    bytes && sha256(bytes) !== receipt.hash ? ['document: its hash is not that of the receipt'] : [],
  );
}

function acknowledgementProblems({ acknowledgements, outcome }: Bundle): string[] {
  const changed = acknowledgements.filter(({ body, body_hash }) => sha256(body) !== body_hash);
  const { status, registrations } = outcome;
  const missing =
    status === 'ACCEPTED' && registrations.some((one) => one.status !== 'REGISTERED')
      ? ['outcome: accepted, though not every authority has registered it']
      : [];
  return [...changed.map(({ authority }) => `acknowledgements: not what ${authority} said`), ...missing];
}

async function inclusionProblems({ receipt, inclusion, root: jws }: Bundle, keys: JSONWebKeySet) {
  const { day, index, size, path } = inclusion;
  const problems: string[] = [];
  if (!isUuid(receipt.id) || dayOf(receipt.id) !== day)
    problems.push(`inclusion: ${day} is not the day of the receipt's id`);
  const verified = await verifyRoot(jws, keys);
  if ('wrong' in verified) return [...problems, `root: it ${verified.wrong}`];
  const { root } = verified;
  if (root.day !== day) problems.push(`root: it is that of ${root.day}, not of ${day}`);
  if (root.size !== size)
    problems.push(`inclusion: the tree of ${root.day} has ${root.size} leaves, not ${size}`);
  const siblings = path.map((hash) => Buffer.from(hash, 'hex'));
  const reached = rootFrom(leafHash(canonical(receipt)), index, size, siblings);
  if (reached?.toString('hex') !== root.root)
    problems.push('inclusion: the receipt does not lead to the root of its day by this path');
  return problems;
}

async function signatureProblems(bundle: Bundle, keys: JSONWebKeySet): Promise<string[]> {
  const verified = await verifySigned(bundle.signature, 'dabba-receipt-proof', keys);
  if ('wrong' in verified) return [`signature: it ${verified.wrong}`];
  if (!Signed.Check(verified.payload)) return ['signature: it says nothing of the parts of a proof'];
  const signed: PartHashes = verified.payload.parts;
  const hashes = partHashes(bundle);
  return parts.flatMap((part) =>
    signed[part] === hashes[part] ? [] : [`${part}: it was changed after the proof was signed`],
  );
}
