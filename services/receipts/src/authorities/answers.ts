import type { RegistrationResult } from './port.ts';

/** One line of an authority's answer, once its protocol is read; `said`: its text as it came. */
export type Line = { said?: string } & (
  | { id: string; is: 'registered'; externalRef: string }
  | { id: string; is: 'refused'; reason: string }
  | { id: string; is: 'unknown' }
);

/** What an authority answered cannot be read: nobody knows what it did. */
export class Garbage extends Error {
  override name = 'Garbage';
}

/** A reference goes into our events and back to clients: printable, and no novel. */
const reference = /^[\x21-\x7e]{1,200}$/;
const longestReason = 500;

/** What became of those that were sent; lines that make no sense are as good as missing. */
export function resultsOf(asked: readonly string[], lines: readonly Line[]): Map<string, RegistrationResult> {
  const results = new Map<string, RegistrationResult>();
  for (const line of lines.filter(({ id }) => asked.includes(id))) {
    const said = line.said === undefined ? {} : { said: line.said };
    if (line.is === 'registered' && reference.test(line.externalRef))
      results.set(line.id, { outcome: 'REGISTERED', externalRef: line.externalRef, ...said });
    if (line.is === 'refused' && !results.has(line.id))
      results.set(line.id, { outcome: 'REFUSED', reason: plain(line.reason), ...said });
  }
  return results;
}

/** What it holds of those that were asked for. @throws Garbage unless every one is accounted for */
export function holdingsOf(
  asked: readonly string[],
  lines: readonly Line[],
): Map<string, RegistrationResult> {
  const known = new Set(lines.map(({ id }) => id));
  const left = asked.filter((id) => !known.has(id));
  if (left.length > 0) throw new Garbage(`A look-up left out ${left.length} of ${asked.length}`);
  const held = lines.filter(({ is }) => is === 'registered');
  const results = resultsOf(asked, held);
  if (results.size < new Set(held.map(({ id }) => id)).size) throw new Garbage('A look-up gave no reference');
  return results;
}

/** Without what Postgres, XML or a terminal would choke on. */
export function plain(text: string): string {
  const clean = text.toWellFormed().replaceAll(/\p{Cc}+/gu, ' ');
  return clean.trim().slice(0, longestReason) || 'No reason given';
}
