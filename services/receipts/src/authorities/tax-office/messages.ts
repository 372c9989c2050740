import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Garbage, type Line } from '../answers.ts';
import type { Registrable } from '../port.ts';
import { elementsOf } from '../slices.ts';

export function submission(receipts: readonly Registrable[]): string {
  return JSON.stringify({
    receipts: receipts.map(({ receiptId, clientId, format, hash, raw, canonical }) => ({
      uid: receiptId,
      taxpayer: clientId,
      number: canonical.number,
      issued_at: canonical.issuedAt === null ? null : new Date(canonical.issuedAt).toISOString(),
      seller: canonical.seller,
      total: canonical.total,
      currency: canonical.currency,
      sha256: hash,
      format,
      document: raw.toString('base64'),
    })),
  });
}

const Result = Type.Union([
  Type.Object({ uid: Type.String(), status: Type.Literal('registered'), fiscal_number: Type.String() }),
  Type.Object({ uid: Type.String(), status: Type.Literal('refused'), message: Type.String() }),
  Type.Object({ uid: Type.String(), status: Type.Literal('unknown') }),
]);
const Answer = Compile(Type.Object({ results: Type.Array(Type.Unknown()) }));
const OneResult = Compile(Result);

/** Results in a shape nobody agreed on are left out. @throws Garbage */
export function linesOf(text: string): Line[] {
  const answer = parsed(text);
  if (!Answer.Check(answer)) throw new Garbage('It answered something else than results');
  const said = elementsOf(text, 'results');
  return answer.results.flatMap((result, at) =>
    OneResult.Check(result) ? [{ ...lineOf(result), ...(said[at] !== undefined && { said: said[at] }) }] : [],
  );
}

function lineOf(result: Static<typeof Result>): Line {
  switch (result.status) {
    case 'registered':
      return { id: result.uid, is: 'registered', externalRef: result.fiscal_number };
    case 'refused':
      return { id: result.uid, is: 'refused', reason: result.message };
    case 'unknown':
      return { id: result.uid, is: 'unknown' };
    default:
      return result satisfies never;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Garbage('It answered something else than JSON');
  }
}
