import type { Events, Region } from '@dabba/contracts';
import { isRefusal } from '@dabba/event-store';
import type { Reaction, Response } from '@dabba/projections';
import { payerRef, type SavedMethod } from '../payer/payer.ts';
import { act, streamsOf } from '../payment/act.ts';
import type { Wish } from '../payment/decide.ts';
import { paymentIdOf, paymentRef } from '../payment/payment.ts';
import { subsidyFor, takeSubsidy } from '../payment/subsidy.ts';
import { acting } from './acting.ts';

/** An order that can be paid for is asked to be; one that will not be costs nobody anything. @param provider first choice */
export const onOrders = (region: Region, provider: string): Reaction => ({
  name: 'payments-on-orders',
  topics: ['orders'],
  on: {
    OrderPlaced: ({ data, meta: { metro } }) =>
      data.payableUntil === null
        ? undefined
        : asked({ ...data, amount: data.total, payBy: data.payableUntil }, metro, {
            ...{ region, provider, payable: false, first: true },
          }),
    OrderPaymentRequested: ({ data, meta: { metro } }) =>
      asked(data, metro, { region, provider, payable: true, first: !data.reserved }),
    OrderTipRequested: ({ data: { orderId, customerId, total: amount }, meta: { metro } }) =>
      acting({ paymentId: paymentIdOf(orderId), metro, customerId }, { do: 'amend', amount }),
    OrderRefundRequested: ({
      data: { paymentId, customerId, refundId, total: amount, reason },
      meta: { metro },
    }) => acting({ paymentId, metro, customerId }, { do: 'refund-order', refundId, amount, reason }),
    OrderCancelled: ({ data: { orderId, customerId }, meta: { metro } }) =>
      acting({ paymentId: paymentIdOf(orderId), metro, customerId }, { do: 'cancel', reason: 'CANCELLED' }),
  },
});

type Asked = Pick<
  Events['OrderPaymentRequested'],
  'orderId' | 'customerId' | 'amount' | 'currency' | 'useSubsidy' | 'confirms' | 'paymentMethod' | 'payBy'
>;

interface Asking {
  region: Region;
  provider: string;
  /** Whether it can be paid for; false: its stock is being held yet, and only what moves no money may be done. */
  payable: boolean;
  /** Whether hardly ever anything was asked of it before. */
  first: boolean;
}

/** Once, with what the customer's company adds. */
function asked(order: Asked, metro: string, { region, provider, payable, first }: Asking): Response {
  const { orderId, customerId, amount, currency, useSubsidy, confirms, payBy: expiresAt } = order;
  const paymentId = paymentIdOf(orderId);
  const place = { paymentId, metro, customerId };
  return {
    streams: streamsOf(place, { fresh: first }),
    decide(unit, { now }) {
      // Asked for before: its subsidy is taken.
      if (unit.load(paymentRef(paymentId, metro)).state !== null) return undefined;
      const company =
        customerId !== null && useSubsidy ? { paymentId, metro, customerId, amount, currency } : undefined;
      const used = company && subsidyFor(unit, region, company, now);
      // It would be paid at once.
      if (!payable && used?.data.amount === amount) return undefined;
      const [subsidy, subsidyPeriod] = company ? takeSubsidy(unit, company, used) : [0, null];
      const payer = customerId === null ? undefined : unit.load(payerRef(customerId, metro)).state;
      const [paymentMethod, providerCustomer] = paidWith(order, payer?.methods[provider]);
      const wish: Wish = {
        ...{ metro, orderId, sessionId: null, customerId, amount, subsidy, subsidyPeriod, currency },
        ...{ captures: 'AUTOMATIC', confirms, provider, paymentMethod, providerCustomer, settles: null },
        expiresAt,
      };
      const done = act(unit, place, { do: 'request', paymentId, now, wish });
      return isRefusal(done) ? done : undefined;
    },
  };
}

/** By what the order says; else, where nobody will be asked, by what the customer has saved. */
function paidWith(
  { confirms, paymentMethod }: Asked,
  saved: SavedMethod | undefined,
): [method: string | null, customer: string | null] {
  const isSaved =
    saved !== undefined && (paymentMethod === null ? confirms === 'SERVER' : paymentMethod === saved.method);
  return isSaved ? [saved.method, saved.customer] : [paymentMethod, null];
}
