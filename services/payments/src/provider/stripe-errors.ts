import Stripe from 'stripe';
import { ProviderAway, ProviderRefused } from './port.ts';

const { errors } = Stripe;

/** Codes that mean: the intent is not as you think; look at it. */
const overtaken: ReadonlySet<string> = new Set([
  'payment_intent_unexpected_state',
  'charge_already_captured',
  'payment_intent_authentication_failure',
]);

/** The intent whose state answers the call, where the error is that it was declined or is in another state. */
export function answeredBy(error: unknown, known: string | undefined): string | undefined {
  if (!(error instanceof errors.StripeError)) return undefined;
  const intent = error.payment_intent?.id ?? known;
  if (error instanceof errors.StripeCardError) return intent;
  return error.code !== undefined && overtaken.has(error.code) ? intent : undefined;
}

/** An answer that was given to an earlier try under the same key, and was an accident: the key is used up. */
export function isReplayedAccident(error: unknown): boolean {
  return (
    error instanceof errors.StripeError &&
    (error.statusCode ?? 0) >= 500 &&
    error.headers?.['idempotent-replayed'] === 'true'
  );
}

/** What the SDK throws as what it means to us. */
export function meant(error: unknown): Error {
  if (!(error instanceof errors.StripeError))
    return error instanceof Error ? error : new Error(String(error));
  const { message, code = error.type } = error;
  if (error instanceof errors.StripeRateLimitError) {
    const seconds = Number(error.headers?.['retry-after']);
    return new ProviderAway(message, { cause: error, ...(seconds > 0 && { retryAfter: seconds }) });
  }
  const busy = code === 'idempotency_key_in_use' || code === 'lock_timeout';
  const hopeless =
    error instanceof errors.StripeInvalidRequestError ||
    error instanceof errors.StripeCardError ||
    error instanceof errors.StripeIdempotencyError;
  return hopeless && !busy ? new ProviderRefused(code, message) : new ProviderAway(message, { cause: error });
}

/** Whether a token of a method is what it does not know. */
export function isUnknownMethod(error: unknown): boolean {
  return (
    error instanceof errors.StripeInvalidRequestError &&
    error.code === 'resource_missing' &&
    error.param === 'payment_method'
  );
}
