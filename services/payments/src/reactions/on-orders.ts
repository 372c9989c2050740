import type { Events, Region } from '@dabba/contracts';
import { isRefusal } from '@dabba/event-store';
import type { Reaction } from '@dabba/projections';
import { payerRef, type SavedMethod } from '../payer/payer.ts';
import { act, streamsOf } from '../payment/act.ts';
import type { Wish } from '../payment/decide.ts';
import { paymentIdOf, paymentRef } from '../payment/payment.ts';
import { takeSubsidy } from '../payment/subsidy.ts';

/** An order that can be paid for is asked to be; one that will not be costs nobody anything. @param provider first choice */
export const onOrders = (region: Region, provider: string): Reaction => ({
  name: 'payments-on-orders',
  topics: ['orders'],
  on: {
    OrderPaymentRequested({ data, meta: { metro } }) {
      const { orderId, customerId, amount, currency, useSubsidy, confirms, payBy: expiresAt } = data;
      const place = { paymentId: paymentIdOf(orderId), metro, customerId };
      return {
        streams: streamsOf(place, { fresh: true }),
        decide(unit, { now }) {
          // Asked for before: its subsidy is taken.
          if (unit.load(paymentRef(place.paymentId, metro)).state !== null) return undefined;
          const [subsidy, subsidyPeriod] =
            customerId !== null && useSubsidy
              ? takeSubsidy(unit, region, { ...place, customerId, amount, currency }, now)
              : [0, null];
          const payer = customerId === null ? undefined : unit.load(payerRef(customerId, metro)).state;
          const [paymentMethod, providerCustomer] = paidWith(data, payer?.methods[provider]);
          const wish: Wish = {
            metro,
            orderId,
            sessionId: null,
            customerId,
            amount,
            subsidy,
            subsidyPeriod,
            currency,
            captures: 'AUTOMATIC',
            confirms,
            provider,
            paymentMethod,
            providerCustomer,
            settles: null,
            expiresAt,
          };
          const { paymentId } = place;
          const done = act(unit, place, { do: 'request', paymentId, now, wish });
          return isRefusal(done) ? done : undefined;
        },
      };
    },
    OrderRefundRequested({
      data: { paymentId, customerId, refundId, total: amount, reason },
      meta: { metro },
    }) {
      const place = { paymentId, metro, customerId };
      return {
        streams: streamsOf(place),
        decide(unit, { now }) {
          const done = act(unit, place, { do: 'refund-order', paymentId, refundId, amount, reason, now });
          return isRefusal(done) ? done : undefined;
        },
      };
    },
    OrderCancelled({ data: { orderId, customerId }, meta: { metro } }) {
      const place = { paymentId: paymentIdOf(orderId), metro, customerId };
      return {
        streams: streamsOf(place),
        decide(unit, { now }) {
          const done = act(unit, place, {
            do: 'cancel',
            reason: 'CANCELLED',
            now,
            paymentId: place.paymentId,
          });
          return isRefusal(done) ? done : undefined;
        },
      };
    },
  },
});

/** By what the order says; else, where nobody will be asked, by what the customer has saved. */
function paidWith(
  { confirms, paymentMethod }: Events['OrderPaymentRequested'],
  saved: SavedMethod | undefined,
): [method: string | null, customer: string | null] {
  const isSaved =
    saved !== undefined && (paymentMethod === null ? confirms === 'SERVER' : paymentMethod === saved.method);
  return isSaved ? [saved.method, saved.customer] : [paymentMethod, null];
}
