import { ProviderRefused } from '../port.ts';

export interface Money {
  currency_code: string;
  value: string;
}

/** Without minor units; and those that have some, of which PayPal takes none. */
const whole: ReadonlySet<string> = new Set(['JPY']);
const rounded: ReadonlySet<string> = new Set(['HUF', 'TWD']);

/** @param amount minor units @throws ProviderRefused for a part of a unit that PayPal does not take */
export function moneyOf(amount: number, currency: string): Money {
  if (rounded.has(currency) && amount % 100 !== 0)
    throw new ProviderRefused('DECIMALS_NOT_SUPPORTED', `PayPal takes whole ${currency} only`);
  if (whole.has(currency)) return { currency_code: currency, value: String(amount) };
  return { currency_code: currency, value: (amount / 100).toFixed(rounded.has(currency) ? 0 : 2) };
}

/** Minor units. */
export function minorOf({ currency_code, value }: Money): number {
  return Math.round(Number(value) * (whole.has(currency_code) ? 1 : 100));
}
