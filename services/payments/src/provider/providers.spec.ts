import { expect, it } from 'vitest';
import { providersFrom } from './providers.ts';

const paypal = { PAYPAL_CLIENT_ID: 'id', PAYPAL_CLIENT_SECRET: 'secret', PAYPAL_WEBHOOK_ID: 'WH' };
const namesOf = (env: NodeJS.ProcessEnv) => providersFrom(env).map(({ name }) => name);

it('S2-PAY-04 Stripe is first, and PayPal stands in for it where it is configured', () => {
  expect(namesOf({})).toEqual(['stripe']);
  expect(namesOf(paypal)).toEqual(['stripe', 'paypal']);
  expect(namesOf({ ...paypal, SPARE_URL: 'http://127.0.0.1:1' })).toEqual(['stripe', 'spare', 'paypal']);
});
it('S2-PAY-04 another may be first, and the others stay known', () => {
  expect(namesOf({ ...paypal, PAYMENT_FIRST: 'paypal' })).toEqual(['paypal', 'stripe']);
  expect(() => namesOf({ PAYMENT_FIRST: 'paypal' })).toThrow('not configured');
});
it('half of PayPal is none', () => {
  for (const missing of ['PAYPAL_CLIENT_SECRET', 'PAYPAL_WEBHOOK_ID'])
    expect(() => namesOf({ ...paypal, [missing]: '' })).toThrow(missing);
  expect(() => namesOf({ ...paypal, PAYPAL_URL: 'nowhere' })).toThrow('PAYPAL_URL');
  expect(() => namesOf({ ...paypal, PAYPAL_TIMEOUT_MS: 'long' })).toThrow('PAYPAL_TIMEOUT_MS');
});
