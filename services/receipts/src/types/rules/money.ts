import { money, share } from '@dabba/contracts';

const decimal = /^(-?)(\d{1,15})(?:\.(\d+))?$/;

/**
 * An amount in minor units, exactly: `minor("12.5", 2)` is 1250. A JSON number is taken by its shortest decimal form,
 * which is how it was written for as many digits as money has. @throws RangeError for what is no plain decimal, has more
 * digits than the unit, or is too large to be exact
 */
export function minor(amount: string | number, digits: number): number {
  const [, sign, whole, fraction = ''] = decimal.exec(String(amount)) ?? [];
  if (whole === undefined) throw new RangeError('No decimal number');
  if (/[^0]/.test(fraction.slice(digits))) throw new RangeError('More decimal places than the unit has');
  const units = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  if (!Number.isSafeInteger(units)) throw new RangeError('Too large to be exact');
  return sign === '-' && units !== 0 ? -units : units;
}

/** `amount` × numerator / denominator, rounded half up to a whole unit. @throws RangeError where that is not exact */
export function portion(amount: number, numerator: number, denominator: number): number {
  if (denominator <= 0) throw new RangeError('A part of nothing');
  return share(money(amount, ''), numerator, denominator).amount;
}

/** @throws RangeError where it is too large to be exact */
export function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => money(total + amount, '').amount, 0);
}
