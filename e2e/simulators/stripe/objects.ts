/** What the simulator holds, in Stripe's own words. Amounts in minor units, times in whole seconds. */
interface Base {
  id: string;
  created: number;
  livemode: false;
}

export interface PaymentError {
  type: 'card_error';
  code: string;
  decline_code?: string;
  message: string;
  charge: string | null;
}

export interface PaymentIntent extends Base {
  object: 'payment_intent';
  amount: number;
  amount_capturable: number;
  amount_received: number;
  currency: string;
  status:
    | 'requires_payment_method'
    | 'requires_confirmation'
    | 'requires_action'
    | 'requires_capture'
    | 'succeeded'
    | 'canceled';
  capture_method: 'automatic' | 'manual';
  confirmation_method: 'automatic';
  client_secret: string;
  customer: string | null;
  payment_method: string | null;
  payment_method_types: string[];
  latest_charge: string | null;
  last_payment_error: PaymentError | null;
  next_action: null | {
    type: 'redirect_to_url';
    redirect_to_url: { url: string; return_url: string | null };
  };
  canceled_at: number | null;
  cancellation_reason: string | null;
  metadata: Record<string, string>;
}

export interface Charge extends Base {
  object: 'charge';
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  captured: boolean;
  paid: boolean;
  refunded: boolean;
  disputed: boolean;
  currency: string;
  status: 'succeeded' | 'failed';
  failure_code: string | null;
  payment_intent: string;
  payment_method: string;
  payment_method_details: { type: 'card'; card: { brand: string; last4: string; capture_before?: number } };
  metadata: Record<string, string>;
}

export interface Refund extends Base {
  object: 'refund';
  amount: number;
  currency: string;
  charge: string;
  payment_intent: string;
  status: 'succeeded' | 'pending' | 'failed';
  reason: string | null;
  failure_reason?: string;
  metadata: Record<string, string>;
}

export interface Dispute extends Base {
  object: 'dispute';
  amount: number;
  currency: string;
  charge: string;
  payment_intent: string;
  reason: string;
  status: 'needs_response' | 'won' | 'lost';
  evidence_details: { due_by: number };
  metadata: Record<string, string>;
}

export interface Customer extends Base {
  object: 'customer';
  metadata: Record<string, string>;
}

/** `acts`: what using it leads to. The number it was made from is not kept. */
export interface PaymentMethod extends Base {
  object: 'payment_method';
  type: 'card';
  card: { brand: string; last4: string };
  customer: string | null;
  acts: Act;
}

export interface StripeEvent extends Base {
  object: 'event';
  type: string;
  api_version: string;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  data: { object: unknown };
}

export interface Endpoint extends Base {
  object: 'webhook_endpoint';
  url: string;
  secret: string;
  status: 'enabled';
  enabled_events: string[];
}

export type Thing =
  | PaymentIntent
  | Charge
  | Refund
  | Dispute
  | Customer
  | PaymentMethod
  | StripeEvent
  | Endpoint;
export type Kind = Thing['object'];
export type ThingOf<K extends Kind> = Extract<Thing, { object: K }>;

export type Act = 'pays' | 'declines' | 'lacks-funds' | 'asks' | 'disputes' | 'refund-fails' | 'refund-waits';
