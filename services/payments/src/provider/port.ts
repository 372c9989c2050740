import type { IncomingHttpHeaders } from 'node:http';

/** What we want from a provider for one payment. Amounts in minor units. */
export interface IntentWish {
  paymentId: string;
  amount: number;
  currency: string;
  captures: 'AUTOMATIC' | 'MANUAL';
  /** Token of this provider; null: the client brings one. */
  method: string | null;
  /** Whose method it is in the provider's books. */
  customer: string | null;
}

export interface SeenRefund {
  id: string;
  /** Ours; undefined for one that somebody made elsewhere. */
  refundId: string | undefined;
  amount: number;
  status: 'PENDING' | 'SUCCEEDED' | 'FAILED';
  code: string | null;
}

export interface SeenDispute {
  id: string;
  amount: number;
  reason: string;
  status: 'OPEN' | 'WON' | 'LOST';
  /** UTC milliseconds. */
  evidenceBy: number | null;
}

/** A payment as the provider holds it now. Amounts in minor units, times in UTC milliseconds. */
export interface Intent {
  id: string;
  provider: string;
  /** Ours; undefined for one that is not ours. */
  paymentId: string | undefined;
  /** In Stripe's words (DOMAIN: states). */
  status:
    | 'requires_payment_method'
    | 'requires_confirmation'
    | 'requires_action'
    | 'processing'
    | 'requires_capture'
    | 'succeeded'
    | 'canceled';
  /**
   * Its payer has agreed, and it is for us to take the money by `confirm`; null where the provider needs no second word of ours.
   * NEW: it has just told of it.
   */
  approved: 'NEW' | 'STANDING' | null;
  currency: string;
  /** What it asks for. */
  amount: number;
  /** Held and not taken. */
  capturable: number;
  /** Taken, whatever went back since. */
  received: number;
  /** What its client confirms it by. */
  clientSecret: string | null;
  chargeId: string | null;
  captureBefore: number | null;
  /** The last try, if it failed: its id and the provider's word for why. */
  decline: { ref: string; code: string } | null;
  refunds: readonly SeenRefund[];
  disputes: readonly SeenDispute[];
}

/** What a notice is of: the intent itself, that its payer agreed to it, or what became of its money afterwards, too. */
export type About = 'intent' | 'approval' | 'whole';

/** That something about an intent changed; what it says of it is not used (T2). */
export interface Notice {
  id: string;
  /** In the provider's words. */
  type: string;
  /** Null: it changes no payment. */
  about: About | null;
  intentId: string | undefined;
  /** UTC milliseconds. */
  createdAt: number;
}

/**
 * A provider of payments. Everything that changes something takes a key: the same key and wish happen once. What the provider declines
 * or finds done already is an Intent, as it is now.
 * @throws ProviderAway to be tried again, ProviderRefused never
 */
export interface Provider {
  name: string;
  /** Milliseconds for which it remembers a key. */
  keyLifetime: number;
  create(wish: IntentWish, key: string): Promise<Intent>;
  /** Asks for another sum, while nobody has paid. */
  amend(intentId: string, to: Pick<IntentWish, 'amount' | 'currency'>, key: string): Promise<Intent>;
  confirm(intentId: string, method: string | null, key: string): Promise<Intent>;
  capture(intentId: string, amount: number, key: string): Promise<Intent>;
  cancel(intentId: string, key: string): Promise<Intent>;
  refund(
    wish: { intentId: string; refundId: string; paymentId: string; amount: number },
    key: string,
  ): Promise<Intent>;
  /**
   * With its refunds and disputes.
   * @param brief they are asked for only where its charge says that there are some, which it does not of a refund that failed
   */
  retrieve(intentId: string, brief?: boolean): Promise<Intent>;
  /** By our own id, among those made since. One that nobody can pay any more, or yet, may be missing. */
  find(paymentId: string, since: number): Promise<Intent | undefined>;
  /** Keeps a method for charges its owner need not confirm. */
  saveMethod(
    customerId: string,
    method: string,
    known: string | null,
  ): Promise<{ method: string; customer: string | null }>;
  /** Of events since then (UTC milliseconds), oldest first. */
  notices(since: number): Promise<Notice[]>;
  /** Checks the signature before it reads a word. @throws BadSignature, and ProviderAway where that takes asking it */
  readNotice(raw: Buffer, headers: IncomingHttpHeaders): Promise<Notice>;
  /**
   * Our payments among its own that were made in this time, as `retrieve` gives them but for refunds and disputes. Some of before may
   * be among them; those that nobody paid may be missing.
   */
  made(from: number, to: number): AsyncIterable<Intent>;
}

/** It does not answer, or not sensibly: nobody knows whether it was done. */
export class ProviderAway extends Error {
  override name = 'ProviderAway';
  /** Seconds, where it says when to come back. */
  readonly retryAfter: number | undefined;
  constructor(message: string, options: ErrorOptions & { retryAfter?: number } = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
  }
}

/** It will never do that. */
export class ProviderRefused extends Error {
  override name = 'ProviderRefused';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export class BadSignature extends Error {
  override name = 'BadSignature';
}
