/** How numbers of cards begin, the providers' test cards included; times in milliseconds begin otherwise. */
const issued = /^(4|5[1-5]|2[2-7]|3[47]|30[0-5]|3[68]|6011|65|64[4-9]|35)/;
const lengths = new Set([14, 15, 16, 19]);

/** Digits, and what people write between groups of them. */
const written = /\d(?:[\s\-._*·•–—/,;:|]{0,3}\d){13,}/g;

/** Whether these digits, and nothing else, could be the number of a payment card: by issuer, length and check digit. */
export function isCardNumber(digits: string): boolean {
  return lengths.has(digits.length) && issued.test(digits) && isLuhn(digits);
}

/**
 * Whether somebody may have typed the number of a card into a text: one or several whole groups of digits together.
 * Strict: one in ten long numbers that begin like a card's is taken for one.
 */
export function hasCardNumber(text: string): boolean {
  return [...text.normalize('NFKC').matchAll(written)].some(([found]) =>
    together(found.match(/\d+/g) ?? []).some(isCardNumber),
  );
}

/** Every run of neighbouring groups, as one number. */
function together(groups: readonly string[]): string[] {
  return groups.flatMap((_, from) =>
    groups.slice(from, from + 19).map((__, more) => groups.slice(from, from + more + 1).join('')),
  );
}

/** Whether the last digit confirms the others. */
function isLuhn(number: string): boolean {
  let sum = 0;
  for (const [at, digit] of [...number].reverse().entries()) {
    const twice = at % 2 === 1 ? Number(digit) * 2 : Number(digit);
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}
