/** Digits from the left, each times its weight. */
function weighed(digits: string, weights: readonly number[]): number {
  return weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
}

/** Code of a Ukrainian legal entity (ЄДРПОУ): eight digits, the last a check digit modulo 11. */
export function isEdrpou(code: string): boolean {
  if (!/^\d{8}$/.test(code)) return false;
  const number = Number(code);
  const weights = number < 30_000_000 || number > 60_000_000 ? [1, 2, 3, 4, 5, 6, 7] : [7, 1, 2, 3, 4, 5, 6];
  const first = weighed(code, weights) % 11;
  const check =
    first < 10
      ? first
      : weighed(
          code,
          weights.map((weight) => weight + 2),
        ) % 11;
  return check % 10 === Number(code[7]);
}

/** Number of a Ukrainian taxpayer (РНОКПП): ten digits, the last a check digit modulo 11. */
export function isRnokpp(number: string): boolean {
  if (!/^\d{10}$/.test(number)) return false;
  const total = weighed(number, [-1, 5, 7, 9, 4, 6, 10, 5, 7]);
  return (((total % 11) + 11) % 11) % 10 === Number(number[9]);
}

/** GS1 keys (GTIN, GLN, SSCC): weights 3 and 1 from the right, modulo 10. */
export function isGs1(key: string): boolean {
  if (!/^(?:\d{8}|\d{12,14}|\d{17,18})$/.test(key)) return false;
  const total = [...key]
    .reverse()
    .reduce((sum, digit, at) => sum + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return total % 10 === 0;
}
