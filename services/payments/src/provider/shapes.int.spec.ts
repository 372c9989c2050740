import { newId } from '@dabba/contracts';
import { describe, expect, test } from 'vitest';
import { ProviderRefused } from './port.ts';
import { stripeProvider } from './stripe.ts';

/**
 * That what we send has the shape Stripe's own OpenAPI wants, said by stripe-mock at STRIPE_MOCK_URL. It holds nothing, so what it
 * answers means nothing; a parameter it does not know, or misses, is refused.
 */
const { STRIPE_MOCK_URL: url } = process.env;

describe.runIf(url)('S2-PAY-01 Stripe’s OpenAPI', () => {
  const provider = stripeProvider({
    name: 'stripe',
    url: new URL(url ?? 'http://127.0.0.1:12111'),
    secretKey: 'sk_test_123',
    webhookSecrets: ['whsec_test'],
    timeout: 10_000,
  });
  const paymentId = newId('pay');
  const about = { paymentId, amount: 1042, currency: 'USD', customer: null } as const;

  test.each([
    ['an intent', () => provider.create({ ...about, captures: 'AUTOMATIC', method: null }, newId())],
    [
      'a hold',
      () =>
        provider.create({ ...about, captures: 'MANUAL', method: 'pm_card_visa', customer: 'cus_1' }, newId()),
    ],
    ['a confirmation', () => provider.confirm('pi_1', 'pm_card_visa', newId())],
    ['a capture', () => provider.capture('pi_1', 500, newId())],
    ['a cancellation', () => provider.cancel('pi_1', newId())],
    [
      'a refund',
      () => provider.refund({ intentId: 'pi_1', refundId: newId('ref'), paymentId, amount: 5 }, newId()),
    ],
    ['a look', () => provider.retrieve('pi_1')],
    ['a method', () => provider.saveMethod('cus_1', 'pm_card_visa', null)],
    ['events', () => provider.notices(Date.now())],
    ['a search', () => provider.find(paymentId, Date.now())],
  ])('takes %s', async (_, ask) => {
    const refused = await ask().then(
      () => undefined,
      (error: unknown) => (error instanceof ProviderRefused ? error.message : undefined),
    );
    expect(refused).toBeUndefined();
  });
});
