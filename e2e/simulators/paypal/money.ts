import { invalid } from './failure.ts';
import type { Money } from './objects.ts';

/** Currencies of which PayPal takes whole units only. */
const whole: ReadonlySet<string> = new Set(['HUF', 'JPY', 'TWD']);

/** Of hundredths, whatever the currency: sums are compared and added up as such. */
export function cents({ value }: Money): number {
  return Math.round(Number(value) * 100);
}

export function money(currency_code: string, hundredths: number): Money {
  return { currency_code, value: (hundredths / 100).toFixed(whole.has(currency_code) ? 0 : 2) };
}

/** @throws Failure for what is no sum of money */
export function moneyOf(given: unknown, field: string): Money {
  const { currency_code, value }: Record<string, unknown> = { ...Object(given) };
  if (typeof currency_code !== 'string' || !/^[A-Z]{3}$/.test(currency_code))
    throw invalid('INVALID_CURRENCY_CODE', `${field}/currency_code`);
  const places = whole.has(currency_code) ? '' : '(\\.\\d{1,2})?';
  if (typeof value !== 'string' || !new RegExp(`^\\d{1,12}${places}$`).test(value))
    throw invalid(
      whole.has(currency_code) ? 'DECIMALS_NOT_SUPPORTED' : 'DECIMAL_PRECISION',
      `${field}/value`,
    );
  const sum = money(currency_code, cents({ currency_code, value }));
  if (cents(sum) === 0) throw invalid('CANNOT_BE_ZERO_OR_NEGATIVE', `${field}/value`);
  return sum;
}
