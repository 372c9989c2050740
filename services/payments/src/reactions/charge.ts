import type { Instant } from '@dabba/contracts';
import { isRefusal, type UnitOfWork } from '@dabba/event-store';
import type { Response } from '@dabba/projections';
import { decidePayer } from '../payer/decide.ts';
import { payerRef } from '../payer/payer.ts';
import { act, type Place, streamsOf } from '../payment/act.ts';
import type { Wish } from '../payment/decide.ts';
import { paymentIdOf, paymentRef } from '../payment/payment.ts';

type Customers = Place & { customerId: string };

export interface Charge {
  provider: string;
  sessionId: string | null;
  amount: number;
  currency: string;
  captures: 'AUTOMATIC' | 'MANUAL';
  /** It is given up after so long, from then on or from now. */
  from?: Instant;
  patience: number;
}

/** What a meal costs that a fridge sold by itself, outside any session. @param patience milliseconds until it is given up */
export function chargeMeal(
  {
    mealId,
    customerId,
    price,
    currency,
  }: { mealId: string; customerId: string; price: number; currency: string },
  metro: string,
  { provider, patience }: Pick<Charge, 'provider' | 'patience'>,
): Response {
  const place = { paymentId: paymentIdOf(mealId), metro, customerId };
  return charge(place, {
    provider,
    sessionId: null,
    amount: price,
    currency,
    captures: 'AUTOMATIC',
    patience,
  });
}

/** By the customer's saved method. Without one nothing is asked for; what was sold already is owed. */
export function charge(place: Customers, of: Charge): Response {
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

export function owe(
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
