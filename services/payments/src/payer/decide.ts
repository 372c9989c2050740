import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import type { Payer, PayerEvent, SavedMethod } from './payer.ts';

export type PayerCommand = { customerId: string; now: Instant } & (
  | { do: 'save-method'; provider: string; saved: SavedMethod }
  | {
      do: 'owe';
      paymentId: string;
      sessionId: string | null;
      amount: number;
      currency: string;
      reason: string;
    }
  /** `amount` left out: all of it. `refundId`: by which so much of it is given back, once. */
  | { do: 'settle'; paymentId: string; writtenOff: boolean; amount?: number; refundId?: string }
);

/** Pure. No events: it is so already. */
export function decidePayer(payer: Payer, command: PayerCommand): readonly PayerEvent[] | Refusal {
  const { customerId, now } = command;
  switch (command.do) {
    case 'save-method': {
      const { provider, saved } = command;
      const known = payer.methods[provider];
      if (known?.method === saved.method && known.customer === saved.customer) return [];
      const data = { customerId, provider, methodId: saved.method, providerCustomer: saved.customer };
      return [{ type: 'PaymentMethodSaved', data: { ...data, savedAt: now } }];
    }
    case 'owe': {
      const { do: _, now: __, ...debt } = command;
      if (payer.owed[debt.paymentId] || debt.amount <= 0) return [];
      return [{ type: 'ReceivableOpened', data: { ...debt, openedAt: now } }];
    }
    case 'settle': {
      const { paymentId, writtenOff, refundId = null } = command;
      if (refundId !== null && payer.forgiven[refundId] !== undefined) return [];
      const debt = payer.owed[paymentId];
      if (!debt) return refuse(404, 'receivable-unknown', `Nothing is owed for the payment ${paymentId}`);
      const { currency } = debt;
      const amount = Math.min(command.amount ?? debt.amount, debt.amount);
      if (amount <= 0) return [];
      const data = { paymentId, customerId, amount, currency, writtenOff, refundId, settledAt: now };
      return [{ type: 'ReceivableSettled', data }];
    }
    default:
      return command satisfies never;
  }
}
