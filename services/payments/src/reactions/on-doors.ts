import { isRefusal } from '@dabba/event-store';
import type { Reaction } from '@dabba/projections';
import type { Settings } from '../parts.ts';
import { act, streamsOf } from '../payment/act.ts';
import { paymentIdOf } from '../payment/payment.ts';
import { acting } from './acting.ts';
import { charge, chargeMeal, owe } from './charge.ts';

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
      return acting(place, { do: 'cancel', reason: 'NOTHING_TAKEN' });
    },
    OfflineSaleReconciled: ({ data, meta: { metro } }) =>
      data.charged ? chargeMeal(data, metro, { provider, patience: holdPatience }) : undefined,
  },
});

function sum(of: readonly { price: number }[]): number {
  return of.reduce((total, { price }) => total + price, 0);
}
