import type { JSONWebKeySet } from 'jose';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Hash, sha256 } from './bundle.ts';
import { verifySigned } from './signed.ts';

/** What is signed for a UTC day. */
export const Root = Type.Object({
  day: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  /** Receipts. */
  size: Type.Integer({ minimum: 0 }),
  /** Of the RFC 6962 tree over their leaves, by id. */
  root: Hash,
  /** SHA-256 of the JWS of the day before; null for the first day of all. */
  previous: Type.Union([Hash, Type.Null()]),
  /** UTC milliseconds. */
  signed_at: Type.Integer(),
});
export type Root = Static<typeof Root>;

const checked = Compile(Root);

export async function verifyRoot(
  jws: string,
  keys: JSONWebKeySet,
): Promise<{ root: Root } | { wrong: string }> {
  const verified = await verifySigned(jws, 'dabba-receipt-root', keys);
  if ('wrong' in verified) return verified;
  return checked.Check(verified.payload) ? { root: verified.payload } : { wrong: 'says nothing of a day' };
}

/**
 * Whether signed roots are a chain without gaps: each day after the one before, and naming its hash. What is wrong, a line for
 * each break.
 * @param roots compact JWS, oldest first
 */
export async function verifyChain(roots: readonly string[], keys: JSONWebKeySet): Promise<string[]> {
  const problems: string[] = [];
  let before: { day: string; hash: string } | undefined;
  for (const [at, jws] of roots.entries()) {
    const verified = await verifyRoot(jws, keys);
    if ('wrong' in verified) {
      problems.push(`Root ${at} ${verified.wrong}`);
      before = undefined;
      continue;
    }
    const { day, previous } = verified.root;
    if (before && day !== dayAfter(before.day)) problems.push(`${day} does not follow ${before.day}`);
    if (before && previous !== before.hash) problems.push(`${day} does not name the root of ${before.day}`);
    before = { day, hash: sha256(jws) };
  }
  return problems;
}

export function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}
