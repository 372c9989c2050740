import type { Event } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type PayerEvent = Event<'PaymentMethodSaved' | 'ReceivableOpened' | 'ReceivableSettled'>;

export interface SavedMethod {
  method: string;
  customer: string | null;
}

/** A customer as one who pays: by what, and what they owe. */
export interface Payer {
  /** Provider → what may be charged without asking. */
  methods: Readonly<Record<string, SavedMethod>>;
  /** Payment → what is owed for it; minor units. */
  owed: Readonly<Record<string, { amount: number; currency: string }>>;
  /** Refund → by how much it lowered a debt; minor units. */
  forgiven: Readonly<Record<string, number>>;
}

export const payerStream: StreamType<Payer, PayerEvent> = {
  name: 'payer',
  revision: 2,
  initial: () => ({ methods: {}, owed: {}, forgiven: {} }),
  evolve,
};

export function payerRef(customerId: string, metro: string): StreamRef<Payer, PayerEvent> {
  return { type: payerStream, id: `payer:${customerId}`, metro };
}

function evolve(payer: Payer, { type, data }: PayerEvent): Payer {
  switch (type) {
    case 'PaymentMethodSaved': {
      const { provider, methodId: method, providerCustomer: customer } = data;
      return { ...payer, methods: { ...payer.methods, [provider]: { method, customer } } };
    }
    case 'ReceivableOpened': {
      const { paymentId, amount, currency } = data;
      return { ...payer, owed: { ...payer.owed, [paymentId]: { amount, currency } } };
    }
    case 'ReceivableSettled': {
      const { paymentId, amount, refundId } = data;
      const { [paymentId]: debt, ...others } = payer.owed;
      const left = (debt?.amount ?? 0) - amount;
      const owed = debt && left > 0 ? { ...others, [paymentId]: { ...debt, amount: left } } : others;
      const forgiven = refundId === null ? payer.forgiven : { ...payer.forgiven, [refundId]: amount };
      return { ...payer, owed, forgiven };
    }
    default:
      return type satisfies never;
  }
}
