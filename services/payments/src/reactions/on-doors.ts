import type { Instant } from '@dabba/contracts';
import { isRefusal, type UnitOfWork } from '@dabba/event-store';
import type { Reaction, Response } from '@dabba/projections';
import type { Settings } from '../parts.ts';
import { decidePayer } from '../payer/decide.ts';
import { payerRef } from '../payer/payer.ts';
import { act, type Place, streamsOf } from '../payment/act.ts';
import type { Wish } from '../payment/decide.ts';
import { paymentIdOf, paymentRef } from '../payment/payment.ts';

type Customers = Place & { customerId: string };

/**
 * A hold when a door may open, of which is taken what went out; nothing when nothing did. The door waits for none of it: whoever
 * has nothing to be charged, or too little, owes (S0-INV-05).
 * @param provider first choice
 */
export const onDoors = (provider: string, { hold, holdPatience }: Settings): Reaction => ({
  name: 'payments-on-doors',
  topics: ['fridges'],
  on: {
    DoorSessionStarted({ data: { sessionId, customerId, prices, startedAt }, meta: { metro } }) {
      const [first] = prices;
      if (customerId === null || !first) return undefined;
      const place = { paymentId: paymentIdOf(sessionId), metro, customerId };
      const amount = Math.min(hold, sum(prices));
      const { currency } = first;
      const asked = { provider, sessionId, amount, currency, captures: 'MANUAL' } as const;
      return charge(place, { ...asked, from: startedAt, patience: holdPatience });
    },
    DoorSessionSettled({ data: { sessionId, customerId, basket }, meta: { metro } }) {
      if (customerId === null) return undefined;
      const place = { paymentId: paymentIdOf(sessionId), metro, customerId };
      const { paymentId } = place;
      const amount = sum(basket);
      const currency = basket[0]?.currency ?? 'XXX';
      return {
        streams: streamsOf(place),
        decide(unit, { now }) {
          const done = act(unit, place, { do: 'capture', paymentId, amount, now });
          if (isRefusal(done)) owe(unit, place, { sessionId, amount, currency }, now);
          return undefined;
        },
      };
    },
    DoorSessionFailed({ data: { sessionId, customerId, reason }, meta: { metro } }) {
      // One that was opened and not heard to be shut may still be settled.
      if (customerId === null || reason === 'NOT_CLOSED') return undefined;
      const place = { paymentId: paymentIdOf(sessionId), metro, customerId };
      const { paymentId } = place;
      return {
        streams: streamsOf(place),
        decide(unit, { now }) {
          const done = act(unit, place, { do: 'cancel', reason: 'NOTHING_TAKEN', paymentId, now });
          return isRefusal(done) ? done : undefined;
        },
      };
    },
    OfflineSaleReconciled({ data: { mealId, customerId, price, currency, charged }, meta: { metro } }) {
      if (!charged) return undefined;
      const place = { paymentId: paymentIdOf(mealId), metro, customerId };
      const asked = { provider, sessionId: null, amount: price, currency, captures: 'AUTOMATIC' } as const;
      return charge(place, { ...asked, patience: holdPatience });
    },
  },
});

interface Charge {
  provider: string;
  sessionId: string | null;
  amount: number;
  currency: string;
  captures: 'AUTOMATIC' | 'MANUAL';
  /** It is given up after so long, from then on or from now. */
  from?: Instant;
  patience: number;
}

/** By the customer's saved method. Without one nothing is asked for; what was sold already is owed. */
function charge(place: Customers, of: Charge): Response {
  const { paymentId, customerId, metro } = place;
  const { provider, sessionId, amount, currency, captures, from, patience } = of;
  return {
    streams: streamsOf(place),
    decide(unit, { now }) {
      const { methods, owed } = unit.load(payerRef(customerId, metro)).state;
      // It was settled already, and is owed.
      if (owed[paymentId]) return undefined;
      const saved = methods[provider];
      if (!saved) {
        const isNew = unit.load(paymentRef(paymentId, metro)).state === null;
        if (isNew && captures === 'AUTOMATIC') owe(unit, place, { sessionId, amount, currency }, now);
        return undefined;
      }
      const wish: Wish = {
        metro,
        orderId: null,
        sessionId,
        customerId,
        amount,
        subsidy: 0,
        subsidyPeriod: null,
        currency,
        captures,
        confirms: 'SERVER',
        provider,
        paymentMethod: saved.method,
        providerCustomer: saved.customer,
        settles: null,
        expiresAt: from === undefined ? now + patience : from + patience,
      };
      const done = act(unit, place, { do: 'request', paymentId, wish, now });
      return isRefusal(done) ? done : undefined;
    },
  };
}

function owe(
  unit: UnitOfWork,
  { paymentId, customerId, metro }: Customers,
  of: Pick<Charge, 'sessionId' | 'amount' | 'currency'>,
  now: Instant,
): void {
  const payer = payerRef(customerId, metro);
  const debt = { ...of, paymentId, reason: 'NO_METHOD' };
  const decided = decidePayer(unit.load(payer).state, { do: 'owe', customerId, now, ...debt });
  if (!isRefusal(decided)) unit.append(payer, decided);
}

function sum(of: readonly { price: number }[]): number {
  return of.reduce((total, { price }) => total + price, 0);
}
