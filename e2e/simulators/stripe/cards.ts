import type { Act, PaymentMethod } from './objects.ts';

interface Card {
  brand: string;
  last4: string;
  acts: Act;
}

/** Test numbers as Stripe publishes them; any other is a card that pays. */
const byNumber: Readonly<Record<string, Act>> = {
  '4000000000000002': 'declines',
  '4000000000009995': 'lacks-funds',
  '4000002500003155': 'asks',
  '4000000000003220': 'asks',
  '4000000000000259': 'disputes',
  '4000000000005126': 'refund-fails',
  '4000000000007726': 'refund-waits',
};

/** Tokens that are there without having been made; `pm_stripe123` is that of S2-ORD-01. */
const tokens: Readonly<Record<string, string>> = {
  pm_card_visa: '4242424242424242',
  pm_stripe123: '4242424242424242',
  pm_card_mastercard: '5555555555554444',
  pm_card_chargeDeclined: '4000000000000002',
  pm_card_visa_chargeDeclined: '4000000000000002',
  pm_card_chargeDeclinedInsufficientFunds: '4000000000009995',
  pm_card_visa_chargeDeclinedInsufficientFunds: '4000000000009995',
  pm_card_authenticationRequired: '4000002500003155',
  pm_card_threeDSecure2Required: '4000000000003220',
  pm_card_createDispute: '4000000000000259',
  pm_card_refundFail: '4000000000005126',
  pm_card_pendingRefund: '4000000000007726',
};

/** Of the number only its end is kept. */
export function cardOf(number: string): Card {
  const digits = number.replace(/\D/g, '');
  return {
    brand: digits.startsWith('5') ? 'mastercard' : 'visa',
    last4: digits.slice(-4),
    acts: byNumber[digits] ?? 'pays',
  };
}

export function methodOf(id: string, { brand, last4, acts }: Card, created: number): PaymentMethod {
  const card = { brand, last4 };
  return { id, object: 'payment_method', type: 'card', card, customer: null, acts, created, livemode: false };
}

export function givenMethod(id: string): PaymentMethod | undefined {
  const number = Object.hasOwn(tokens, id) ? tokens[id] : undefined;
  return number === undefined ? undefined : methodOf(id, cardOf(number), 0);
}
