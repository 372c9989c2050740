import { type Behaviour, declinedBy } from '../provider/behaviour.ts';
import { type Draft, newId } from './draft.ts';
import { Failure, invalid } from './failure.ts';
import { metadataOf, type Params, text } from './form.ts';
import type { Charge, PaymentError, PaymentIntent, PaymentMethod } from './objects.ts';

const day = 86_400;
const unpaid: readonly string[] = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

export interface Bank {
  behaviour: Behaviour;
  /** Where this Stripe is reached. */
  url: string;
}

export function createIntent(draft: Draft, params: Params, bank: Bank): PaymentIntent {
  const amount = wholeOf(params, 'amount');
  if (amount === undefined || amount < 1)
    throw invalid('Missing or invalid amount', 'amount', 'parameter_missing');
  const currency = text(params, 'currency');
  if (currency === undefined)
    throw invalid('Missing required param: currency.', 'currency', 'parameter_missing');
  const method = text(params, 'payment_method');
  if (method !== undefined) draft.method(method);
  const customer = text(params, 'customer') ?? null;
  if (customer !== null) draft.get('customer', customer, 'customer');
  const id = newId('pi');
  const intent: PaymentIntent = {
    id,
    object: 'payment_intent',
    amount,
    amount_capturable: 0,
    amount_received: 0,
    currency: currency.toLowerCase(),
    status: method === undefined ? 'requires_payment_method' : 'requires_confirmation',
    capture_method: text(params, 'capture_method') === 'manual' ? 'manual' : 'automatic',
    confirmation_method: 'automatic',
    client_secret: `${id}_secret_${newId('x').slice(2)}`,
    customer,
    payment_method: method ?? null,
    payment_method_types: ['card'],
    latest_charge: null,
    last_payment_error: null,
    next_action: null,
    canceled_at: null,
    cancellation_reason: null,
    metadata: metadataOf(params),
    created: draft.now,
    livemode: false,
  };
  draft.put(intent);
  draft.tell('payment_intent.created', intent);
  return text(params, 'confirm') === 'true' ? confirmIntent(draft, intent, params, bank) : intent;
}

/** But for its amount nothing of it can be changed here. */
export function updateIntent(draft: Draft, intent: PaymentIntent, params: Params): PaymentIntent {
  if (!unpaid.includes(intent.status)) throw unexpected(intent, 'update');
  const amount = wholeOf(params, 'amount') ?? intent.amount;
  if (amount < 1) throw invalid('Invalid amount', 'amount', 'parameter_invalid_integer');
  return draft.put({ ...intent, amount });
}

export function confirmIntent(
  draft: Draft,
  intent: PaymentIntent,
  params: Params,
  bank: Bank,
): PaymentIntent {
  if (!unpaid.includes(intent.status)) throw unexpected(intent, 'confirm');
  const id = text(params, 'payment_method') ?? intent.payment_method;
  if (id === null)
    throw unexpected(
      intent,
      'confirm',
      'You cannot confirm this PaymentIntent because it’s missing a payment method.',
    );
  const method = draft.method(id);
  intent.payment_method = id;
  intent.last_payment_error = null;
  if (method.acts === 'asks') {
    const url = `${bank.url}/v1/payment_intents/${intent.id}/_authenticate?client_secret=${intent.client_secret}`;
    const return_url = text(params, 'return_url') ?? null;
    intent.status = 'requires_action';
    intent.next_action = { type: 'redirect_to_url', redirect_to_url: { url, return_url } };
    draft.put(intent);
    draft.tell('payment_intent.requires_action', intent);
    return intent;
  }
  return pay(draft, intent, method, bank);
}

/** What the customer's bank asks them: whether it is them. */
export function authenticate(
  draft: Draft,
  intent: PaymentIntent,
  isThem: boolean,
  bank: Bank,
): PaymentIntent {
  if (intent.status !== 'requires_action') throw unexpected(intent, 'authenticate');
  const method = draft.method(intent.payment_method ?? '');
  if (isThem) return pay(draft, intent, { ...method, acts: 'pays' }, bank);
  decline(draft, intent, null, 'payment_intent_authentication_failure', undefined);
  return intent;
}

function pay(draft: Draft, intent: PaymentIntent, method: PaymentMethod, bank: Bank): PaymentIntent {
  const manual = intent.capture_method === 'manual';
  const told = declinedBy(bank.behaviour, method.id, intent.amount);
  const code =
    told?.code ??
    (told || method.acts === 'declines'
      ? 'generic_decline'
      : method.acts === 'lacks-funds'
        ? 'insufficient_funds'
        : undefined);
  const charge: Charge = {
    id: newId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: code === undefined && !manual ? intent.amount : 0,
    amount_refunded: 0,
    captured: code === undefined && !manual,
    paid: code === undefined,
    refunded: false,
    disputed: false,
    currency: intent.currency,
    status: code === undefined ? 'succeeded' : 'failed',
    failure_code: code === undefined ? null : 'card_declined',
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: {
      type: 'card',
      card: { ...method.card, ...(manual && { capture_before: draft.now + 7 * day }) },
    },
    metadata: intent.metadata,
    created: draft.now,
    livemode: false,
  };
  draft.put(charge);
  intent.latest_charge = charge.id;
  intent.next_action = null;
  if (code !== undefined) {
    draft.tell('charge.failed', charge);
    const error = decline(draft, intent, charge.id, 'card_declined', code);
    const said = { ...error, charge: charge.id, payment_intent: intent };
    throw new Failure(402, said, true);
  }
  intent.status = manual ? 'requires_capture' : 'succeeded';
  intent.amount_capturable = manual ? intent.amount : 0;
  intent.amount_received = manual ? 0 : intent.amount;
  draft.put(intent);
  draft.tell('charge.succeeded', charge);
  draft.tell(manual ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', intent);
  return intent;
}

function decline(
  draft: Draft,
  intent: PaymentIntent,
  charge: string | null,
  code: string,
  declined: string | undefined,
): PaymentError {
  const error: PaymentError = {
    type: 'card_error',
    code,
    ...(declined !== undefined && { decline_code: declined }),
    message: 'Your card was declined.',
    charge,
  };
  intent.status = 'requires_payment_method';
  intent.payment_method = null;
  intent.next_action = null;
  intent.last_payment_error = error;
  draft.put(intent);
  draft.tell('payment_intent.payment_failed', intent);
  return error;
}

export function captureIntent(draft: Draft, intent: PaymentIntent, params: Params): PaymentIntent {
  if (intent.status !== 'requires_capture') throw unexpected(intent, 'capture');
  const amount = wholeOf(params, 'amount_to_capture') ?? intent.amount_capturable;
  if (amount < 1 || amount > intent.amount_capturable)
    throw invalid(
      'The amount to capture is greater than what can be captured.',
      'amount_to_capture',
      'amount_too_large',
    );
  const charge = draft.get('charge', intent.latest_charge ?? '');
  charge.amount_captured = amount;
  charge.captured = true;
  // As Stripe does: what is left of the hold goes back, and looks like a refund without being one.
  charge.amount_refunded = charge.amount - amount;
  intent.amount_received = amount;
  intent.amount_capturable = 0;
  intent.status = 'succeeded';
  draft.put(charge);
  draft.put(intent);
  draft.tell('charge.captured', charge);
  draft.tell('payment_intent.succeeded', intent);
  return intent;
}

export function cancelIntent(draft: Draft, intent: PaymentIntent, params: Params): PaymentIntent {
  if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpected(intent, 'cancel');
  const charge = intent.latest_charge === null ? undefined : draft.find('charge', intent.latest_charge);
  if (charge && intent.status === 'requires_capture')
    draft.put({ ...charge, amount_refunded: charge.amount, refunded: true });
  intent.status = 'canceled';
  intent.amount_capturable = 0;
  intent.canceled_at = draft.now;
  intent.cancellation_reason = text(params, 'cancellation_reason') ?? null;
  intent.next_action = null;
  draft.put(intent);
  draft.tell('payment_intent.canceled', intent);
  return intent;
}

function unexpected(intent: PaymentIntent, action: string, why?: string): Failure {
  const message =
    why ?? `You cannot ${action} this PaymentIntent because it has a status of ${intent.status}.`;
  const code = 'payment_intent_unexpected_state';
  return new Failure(400, { type: 'invalid_request_error', code, message, payment_intent: intent });
}

export function wholeOf(params: Params, name: string): number | undefined {
  const given = text(params, name);
  if (given === undefined) return undefined;
  if (!/^\d{1,12}$/.test(given))
    throw invalid(`Invalid integer: ${given}`, name, 'parameter_invalid_integer');
  return Number(given);
}
