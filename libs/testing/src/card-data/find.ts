import { isCardNumber } from '@dabba/contracts';

/** What must be nowhere but at the provider (S1-SEC-05, S2-PAY-05). */
export type CardData = 'number' | 'cvc' | 'client-secret';

/** Digits as people and machines write them: together, or in groups. */
const digits = /(?<![\d.])\d(?:[ -]?\d){12,18}(?!\d)/g;
const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;
const uuidLength = 36;
const code = /(?:cvc|cvv2?|security_code)\W{1,6}\d{3,4}(?!\d)/gi;
const secret = /\b(?:pi|seti)_[A-Za-z0-9]+_secret_[A-Za-z0-9]+/g;

/** Everything in a text that looks like a card's, each shortened to where it can do no harm. */
export function cardDataIn(text: string): { kind: CardData; shown: string }[] {
  const numbers = [...text.matchAll(digits)].flatMap(({ 0: found, index }) => {
    const number = found.replace(/\D/g, '');
    return isCardNumber(number) &&
      !isPartOfId(found) &&
      !isPartOfUuid(text, index, found.length) &&
      !isPartOfHex(text, index, found.length)
      ? [{ kind: 'number' as const, shown: masked(number) }]
      : [];
  });
  const codes = [...text.matchAll(code)].map(([found]) => ({
    kind: 'cvc' as const,
    shown: found.replace(/\d/g, '•'),
  }));
  const secrets = [...text.matchAll(secret)].map(([found]) => ({
    kind: 'client-secret' as const,
    shown: `${found.split('_secret_')[0]}_secret_…`,
  }));
  return [...numbers, ...codes, ...secrets];
}

/** Groups as in a uuid are no groups of a card: those are of four, six or five. */
function isPartOfId(found: string): boolean {
  return /[ -]/.test(found) && !/^\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}$|^\d{4}[ -]\d{6}[ -]\d{4,5}$/.test(found);
}

/** Four groups of four lie in a uuid, too, where none of its letters is among them: in one of hundreds of thousands they pass for a card. */
function isPartOfUuid(text: string, at: number, length: number): boolean {
  const from = Math.max(0, at - uuidLength);
  return [...text.slice(from, at + length + uuidLength).matchAll(uuid)].some(
    ({ index }) => from + index <= at && at + length <= from + index + uuidLength,
  );
}

/** Random bytes written as hex have such digits by chance: one hash in thousands, one span of a trace in a hundred thousand. */
function isPartOfHex(text: string, at: number, length: number): boolean {
  const before = /[0-9a-f]*$/i.exec(text.slice(Math.max(0, at - 128), at))?.[0] ?? '';
  const after = /^[0-9a-f]*/i.exec(text.slice(at + length, at + length + 128))?.[0] ?? '';
  const digits = before.length + length + after.length;
  return digits >= 32 || (digits === 16 && text.endsWith('"span_id":"', at - before.length));
}

function masked(number: string): string {
  return `${number.slice(0, 4)}…${number.slice(-2)}`;
}
