import { ProviderAway, ProviderRefused } from '../port.ts';

/** What PayPal answered instead of doing it. */
export class PaypalError extends Error {
  override name = 'PaypalError';
  readonly status: number;
  /** Its word for why: `INSTRUMENT_DECLINED`. */
  readonly issue: string;
  /** Its id of this very answer. */
  readonly debugId: string;
  constructor(status: number, issue: string, debugId: string) {
    super(`${issue} (PayPal answered ${status}, debug id ${debugId})`);
    this.status = status;
    this.issue = issue;
    this.debugId = debugId;
  }
}

/** The payer's wallet does not pay; they may agree to it anew by another one. */
const declines: ReadonlySet<string> = new Set([
  'INSTRUMENT_DECLINED',
  'PAYER_CANNOT_PAY',
  'PAYER_ACCOUNT_LOCKED_OR_CLOSED',
  'PAYER_ACCOUNT_RESTRICTED',
  'PAYMENT_DENIED',
  'PAYMENT_SOURCE_DECLINED_BY_PROCESSOR',
  'REDIRECT_PAYER_FOR_ALTERNATE_FUNDING',
  'TRANSACTION_REFUSED',
]);

/** It is not as you think: look at it. */
const overtaken: ReadonlySet<string> = new Set([
  'AUTHORIZATION_ALREADY_CAPTURED',
  'AUTHORIZATION_EXPIRED',
  'AUTHORIZATION_VOIDED',
  'ORDER_ALREADY_AUTHORIZED',
  'ORDER_ALREADY_CAPTURED',
  'ORDER_ALREADY_COMPLETED',
  'ORDER_COMPLETED_OR_VOIDED',
  'ORDER_NOT_APPROVED',
  'PREVIOUSLY_CAPTURED',
  'PREVIOUSLY_VOIDED',
]);

/** Something is at work on it. */
const busy: ReadonlySet<string> = new Set(['ORDER_COMPLETION_IN_PROGRESS', 'PREVIOUS_REQUEST_IN_PROGRESS']);

export const isDecline = (error: unknown): error is PaypalError =>
  error instanceof PaypalError && declines.has(error.issue);
export const isOvertaken = (error: unknown): boolean =>
  error instanceof PaypalError && overtaken.has(error.issue);
export const asksPayer = (error: unknown): boolean =>
  error instanceof PaypalError && error.issue === 'PAYER_ACTION_REQUIRED';
export const isMissing = (error: unknown): boolean => error instanceof PaypalError && error.status === 404;

/** What it answered as what it means to us. */
export function meant(error: unknown): unknown {
  if (!(error instanceof PaypalError)) return error;
  const { status, issue, message } = error;
  // Credentials that are not taken, too, are for people to mend while payments wait.
  const isAway = status >= 500 || status === 401 || status === 409 || busy.has(issue);
  return isAway ? new ProviderAway(message, { cause: error }) : new ProviderRefused(issue, message);
}
