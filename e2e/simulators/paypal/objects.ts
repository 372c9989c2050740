import type { EntryOf } from '../provider/books.ts';

/** What the simulator holds, in PayPal's own words. Sums are decimal texts, times RFC 3339. */
interface Base {
  id: string;
  create_time: string;
}

export interface Money {
  currency_code: string;
  value: string;
}

/** By what a payment is paid: what using it leads to is in its name (`wallets.ts`). */
export type Wallet = string;

/** `wallet`: by which its payer agreed to it. */
export interface Order extends Base {
  object: 'order';
  intent: 'CAPTURE' | 'AUTHORIZE';
  status: 'CREATED' | 'APPROVED' | 'PAYER_ACTION_REQUIRED' | 'COMPLETED';
  reference_id: string;
  custom_id: string | null;
  invoice_id: string | null;
  amount: Money;
  wallet: Wallet | null;
}

interface OfOrder extends Base {
  order_id: string;
  custom_id: string | null;
  invoice_id: string | null;
  amount: Money;
}

export interface Authorization extends OfOrder {
  object: 'authorization';
  status: 'CREATED' | 'CAPTURED' | 'PARTIALLY_CAPTURED' | 'VOIDED';
  expiration_time: string;
  wallet: Wallet;
}

export interface Capture extends OfOrder {
  object: 'capture';
  status: 'COMPLETED' | 'PARTIALLY_REFUNDED' | 'REFUNDED';
  authorization_id: string | null;
  final_capture: boolean;
  wallet: Wallet;
}

export interface Refund extends OfOrder {
  object: 'refund';
  status: 'COMPLETED' | 'PENDING' | 'FAILED';
  capture_id: string;
}

export interface Dispute extends Base {
  object: 'dispute';
  order_id: string;
  capture_id: string;
  amount: Money;
  reason: string;
  status: 'WAITING_FOR_SELLER_RESPONSE' | 'RESOLVED';
  outcome: 'RESOLVED_SELLER_FAVOUR' | 'RESOLVED_BUYER_FAVOUR' | null;
  respond_by: string;
}

interface Kept extends Base {
  customer: string;
  wallet: Wallet;
}

/** What a payer agreed to be charged by; it becomes a payment token, which can be charged without them. */
export interface SetupToken extends Kept {
  object: 'setup_token';
}

export interface PaymentToken extends Kept {
  object: 'payment_token';
}

export interface WebhookEvent extends Base {
  object: 'event';
  event_type: string;
  resource_type: string;
  summary: string;
  resource: object;
}

export interface Webhook extends Base {
  object: 'webhook';
  url: string;
  event_types: string[];
}

export type Thing =
  | Order
  | Authorization
  | Capture
  | Refund
  | Dispute
  | SetupToken
  | PaymentToken
  | WebhookEvent
  | Webhook;
export type ThingOf<K extends Thing['object']> = EntryOf<Thing, K>;
