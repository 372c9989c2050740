import { type CommandContext, type Executed, isRefusal, type Refusal, refuse } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import type { Parts } from '../parts.ts';
import { act, streamsOf } from '../payment/act.ts';
import { asked, payableFor } from '../payment/asked.ts';
import type { Payment } from '../payment/payment.ts';
import { payerRef } from './payer.ts';

export interface Debt {
  customerId: string;
  metro: string;
  /** Of what is owed. */
  paymentId: string;
}

/**
 * Asks for what is owed by a payment of its own, of which there is one at a time: its id follows from the debt's, so nobody pays a debt
 * twice however often they ask.
 */
export function debtPayer(
  { store }: Pick<StoreDeps, 'store'>,
  { desk, providers }: Pick<Parts, 'desk' | 'providers'>,
) {
  const provider = providers[0].name;

  /** The first that has not ended without paying. */
  async function current(debt: string): Promise<{ id: string; payment: Payment; isFirst: boolean }> {
    for (let n = 1; ; n++) {
      const id = `${debt}_s${n}`;
      const payment = await desk.load(id);
      if (payment?.status !== 'CANCELLED') return { id, payment, isFirst: n === 1 };
    }
  }

  return {
    current,
    async ask(
      { customerId, metro, paymentId: settles }: Debt,
      confirms: 'CLIENT' | 'SERVER',
      context: CommandContext,
    ): Promise<Executed<{ id: string }> | Refusal> {
      const { id: paymentId } = await current(settles);
      const place = { paymentId, metro, customerId };
      return store.transact(
        streamsOf(place),
        (unit) => {
          const { owed, methods } = unit.load(payerRef(customerId, metro)).state;
          const debt = owed[settles];
          if (!debt) return refuse(404, 'receivable-unknown', `Nothing is owed for the payment ${settles}`);
          const saved = confirms === 'SERVER' ? methods[provider] : undefined;
          if (confirms === 'SERVER' && !saved)
            return refuse(409, 'no-payment-method', 'There is nothing saved to pay with');
          const { amount, currency } = debt;
          const { now } = context;
          const wish = {
            ...{ metro, orderId: null, sessionId: null, customerId, amount, subsidy: 0, subsidyPeriod: null },
            ...{ currency, captures: 'AUTOMATIC' as const, confirms, provider, settles },
            paymentMethod: saved?.method ?? null,
            providerCustomer: saved?.customer ?? null,
            expiresAt: now + payableFor,
          };
          const done = act(unit, place, { do: 'request', paymentId, wish, now });
          return isRefusal(done) ? done : { id: paymentId };
        },
        context,
        asked,
      );
    },
  };
}
