/** Integer minor units of a currency: `{ amount: 450, currency: 'USD' }` is 4.50 dollars. */
export interface Money {
  amount: number;
  currency: string;
}

export function money(amount: number, currency: string): Money {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is not a whole number of minor units`);
  return { amount, currency };
}

export function add(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new RangeError(`Cannot add ${a.currency} and ${b.currency}`);
  return money(a.amount + b.amount, a.currency);
}

/** `rate` (0.085 = 8.5 %, given as numerator over denominator) of an amount, rounded half up, as S2-ORD-03 reads. */
export function share(of: Money, numerator: number, denominator: number): Money {
  const doubled = 2n * BigInt(of.amount) * BigInt(numerator) + BigInt(denominator);
  const divisor = 2n * BigInt(denominator);
  const floored = doubled >= 0n ? doubled / divisor : -((-doubled + divisor - 1n) / divisor);
  return money(Number(floored), of.currency);
}
