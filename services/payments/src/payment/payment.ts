import type { Event, Events, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type PaymentEvent = Event<
  | 'PaymentRequested'
  | 'PaymentFailedOver'
  | 'PaymentIntentCreated'
  | 'PaymentAmendRequested'
  | 'PaymentAmended'
  | 'PaymentApproved'
  | 'PaymentAuthorised'
  | 'PaymentDeclined'
  | 'PaymentCaptureRequested'
  | 'PaymentSucceeded'
  | 'PaymentCancelRequested'
  | 'PaymentCancelled'
  | 'RefundRequested'
  | 'RefundSucceeded'
  | 'RefundFailed'
  | 'RefundRefused'
  | 'DisputeOpened'
  | 'DisputeClosed'
>;

export type PaymentEnd = Events['PaymentCancelled']['reason'];

export interface Refund {
  /** Through the provider, and of the company's share; minor units. */
  amount: number;
  subsidy: number;
  status: 'REQUESTED' | 'SUCCEEDED' | 'FAILED';
}

export interface Dispute {
  amount: number;
  status: 'OPEN' | 'WON' | 'LOST';
}

/** Amounts in minor units. */
export interface Paying extends Omit<Events['PaymentRequested'], 'paymentId'> {
  status: 'REQUESTED' | 'CREATED' | 'AUTHORISED' | 'SUCCEEDED' | 'CANCELLED';
  intentId: string | null;
  /** In the provider's words, when the intent was made. */
  intentStatus: string | null;
  /** It is to ask for this whole sum instead, since then; null: for what it asks for. */
  amending: { amount: number; since: Instant } | null;
  /** Its payer has agreed, and we are to take it. */
  approved: boolean;
  authorised: number;
  captureBefore: Instant | null;
  /** To be taken of the hold; null while nobody knows. */
  wanted: number | null;
  /** It is to be called off, and the provider has not said yet that it is. */
  ending: PaymentEnd | null;
  captured: number;
  chargeId: string | null;
  /** The provider's id of the last try that failed. */
  declined: string | null;
  refunds: Readonly<Record<string, Refund>>;
  disputes: Readonly<Record<string, Dispute>>;
}

/** One sum somebody owes, from the wish to the last cent that went back; null before it was asked for. */
export type Payment = null | Paying;

export const paymentStream: StreamType<Payment, PaymentEvent> = {
  name: 'payment',
  revision: 3,
  initial: () => null,
  evolve,
};

export function paymentRef(id: string, metro: string): StreamRef<Payment, PaymentEvent> {
  return { type: paymentStream, id, metro };
}

/** The payment of an order or a door session: whoever asks twice asks for the same one. */
export function paymentIdOf(id: string): string {
  return `pay_${id.replace(/^[a-z]+_/, '')}`;
}

/** What the customer has not been given back, nor their bank taken; minor units. */
export function refundable({ captured, refunds, disputes }: Paying): number {
  const back = Object.values(refunds).reduce(
    (sum, each) => sum + (each.status === 'FAILED' ? 0 : each.amount),
    0,
  );
  const disputed = Object.values(disputes).reduce(
    (sum, each) => sum + (each.status === 'WON' ? 0 : each.amount),
    0,
  );
  return Math.max(0, captured - back - disputed);
}

/** What the company has not been given back. A refund that failed at the bank does not take it back again. */
export function subsidyLeft({ subsidy, refunds }: Paying): number {
  return subsidy - Object.values(refunds).reduce((sum, refund) => sum + refund.subsidy, 0);
}

function evolve(payment: Payment, { type, data }: PaymentEvent): Payment {
  if (type === 'PaymentRequested') {
    const { paymentId: _, ...asked } = data;
    return {
      ...asked,
      status: 'REQUESTED',
      ...{
        intentId: null,
        intentStatus: null,
        amending: null,
        approved: false,
        authorised: 0,
        captureBefore: null,
        wanted: null,
      },
      ...{ ending: null, captured: 0, chargeId: null, declined: null, refunds: {}, disputes: {} },
    };
  }
  if (payment === null) throw new Error(`${type} of a payment that nobody asked for`);
  switch (type) {
    case 'PaymentFailedOver':
      return {
        ...payment,
        provider: data.to,
        paymentMethod: data.paymentMethod,
        providerCustomer: data.providerCustomer,
      };
    case 'PaymentIntentCreated': {
      const status = payment.status === 'REQUESTED' ? 'CREATED' : payment.status;
      return { ...payment, status, intentId: data.intentId, intentStatus: data.status };
    }
    case 'PaymentAmendRequested':
      return { ...payment, amending: { amount: data.amount, since: data.requestedAt } };
    case 'PaymentAmended':
      return { ...payment, amount: data.amount, due: data.due, amending: null };
    case 'PaymentApproved':
      return { ...payment, approved: true };
    case 'PaymentAuthorised': {
      const { amount: authorised, captureBefore } = data;
      return { ...payment, status: 'AUTHORISED', authorised, captureBefore };
    }
    case 'PaymentDeclined':
      return { ...payment, declined: data.ref, approved: false };
    case 'PaymentCaptureRequested':
      return { ...payment, wanted: data.amount };
    case 'PaymentSucceeded': {
      const { captured, subsidy, chargeId } = data;
      return { ...payment, status: 'SUCCEEDED', captured, subsidy, chargeId };
    }
    case 'PaymentCancelRequested':
      return { ...payment, ending: data.reason };
    case 'PaymentCancelled':
      return { ...payment, status: 'CANCELLED', ending: data.reason };
    case 'RefundRequested': {
      const { amount, subsidy } = data;
      return withRefund(payment, data.refundId, { amount, subsidy, status: 'REQUESTED' });
    }
    case 'RefundSucceeded':
      return withRefund(payment, data.refundId, { ...refundOf(payment, data.refundId), status: 'SUCCEEDED' });
    case 'RefundFailed':
      return withRefund(payment, data.refundId, { ...refundOf(payment, data.refundId), status: 'FAILED' });
    case 'RefundRefused':
      return withRefund(payment, data.refundId, { amount: 0, subsidy: 0, status: 'FAILED' });
    case 'DisputeOpened':
      return withDispute(payment, data.disputeId, { amount: data.amount, status: 'OPEN' });
    case 'DisputeClosed': {
      const { amount, won } = data;
      return withDispute(payment, data.disputeId, { amount, status: won ? 'WON' : 'LOST' });
    }
    default:
      return type satisfies never;
  }
}

function refundOf({ refunds }: Paying, id: string): Refund {
  return refunds[id] ?? { amount: 0, subsidy: 0, status: 'REQUESTED' };
}

function withRefund(payment: Paying, id: string, refund: Refund): Paying {
  return { ...payment, refunds: { ...payment.refunds, [id]: refund } };
}

function withDispute(payment: Paying, id: string, dispute: Dispute): Paying {
  return { ...payment, disputes: { ...payment.disputes, [id]: dispute } };
}
