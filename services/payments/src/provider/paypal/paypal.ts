import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { type Intent, type IntentWish, type Provider, ProviderRefused } from '../port.ts';
import { callerOf } from './call.ts';
import { ordersOfCaptures } from './captures.ts';
import { disputesOf } from './disputes.ts';
import { asksPayer, isDecline, isOvertaken, meant } from './errors.ts';
import { minorOf, moneyOf } from './money.ts';
import { noticeFrom, noticesSince } from './notices.ts';
import { heldBy, intentFrom, isOpen, kept, Order, takenBy } from './order.ts';
import type { PaypalSettings } from './settings.ts';
import { verifierOf } from './signature.ts';
import { paidBetween } from './transactions.ts';

/** Milliseconds for which it remembers a PayPal-Request-Id of an order; of captures and refunds it does for 45 days. */
const remembered = 6 * 3_600_000;
const Token = Type.Object({ id: Type.String(), customer: Type.Object({ id: Type.String() }) });

/** Payments by PayPal's REST API: an intent is an order (v2), whose money moves when we take it, once its payer has agreed. */
export function paypalProvider(settings: PaypalSettings): Provider {
  const { name } = settings;
  const call = callerOf(settings);
  const verify = verifierOf(settings);
  const orderOf = ordersOfCaptures(call);
  const post = (path: string, key: string, body: object = {}) => call({ method: 'POST', path, key, body });

  async function orderAt(id: string): Promise<Order> {
    return Value.Parse(
      Order,
      await call({ method: 'GET', path: `/v2/checkout/orders/${encodeURIComponent(id)}` }),
    );
  }

  async function retrieve(id: string, brief = false): Promise<Intent> {
    const order = await orderAt(id);
    const disputes = brief
      ? []
      : await Promise.all(takenBy(order).map((capture) => disputesOf(call, capture.id)));
    return { ...intentFrom(name, order), disputes: disputes.flat() };
  }

  async function create(
    { paymentId, amount, currency, captures, method }: IntentWish,
    key: string,
  ): Promise<Intent> {
    const unit = {
      reference_id: method === null ? 'default' : kept,
      custom_id: paymentId,
      // PayPal lets an invoice be paid once: an order that was made twice is not.
      invoice_id: paymentId,
      amount: moneyOf(amount, currency),
    };
    const intent = captures === 'MANUAL' ? 'AUTHORIZE' : 'CAPTURE';
    const order = Value.Parse(
      Order,
      await post('/v2/checkout/orders', key, { intent, purchase_units: [unit] }),
    );
    const [made] = order.purchase_units;
    // It answers for the first request under a key, whatever the second one says.
    if (made.custom_id !== paymentId || minorOf(made.amount) !== amount || order.intent !== intent)
      throw new ProviderRefused('REQUEST_ID_REUSED', `The key ${key} was used for another order`);
    return intentFrom(name, order);
  }

  /** A payer who has agreed already is asked again where it is more (PayPal: PAYER_ACTION_REQUIRED). */
  async function amend(id: string, { amount, currency }: Pick<IntentWish, 'amount' | 'currency'>) {
    const order = await orderAt(id);
    if (!isOpen(order)) return intentFrom(name, order);
    const [{ reference_id = 'default' }] = order.purchase_units;
    const path = `/purchase_units/@reference_id=='${reference_id}'/amount`;
    const body = [{ op: 'replace', path, value: moneyOf(amount, currency) }];
    return unlessOvertaken(id, () => call({ method: 'PATCH', path: `/v2/checkout/orders/${id}`, body }));
  }

  async function confirm(id: string, method: string | null, key: string): Promise<Intent> {
    const order = await orderAt(id);
    if (!isOpen(order)) return intentFrom(name, order);
    const source = method === null ? {} : { payment_source: { paypal: { vault_id: method } } };
    const how = order.intent === 'AUTHORIZE' ? 'authorize' : 'capture';
    try {
      await post(`/v2/checkout/orders/${id}/${how}`, key, source);
      return retrieve(id, true);
    } catch (error) {
      if (isOvertaken(error)) return retrieve(id, true);
      const isDeclined = isDecline(error);
      if (!isDeclined && !asksPayer(error)) throw error;
      const seen = await retrieve(id, true);
      if (seen.status === 'succeeded' || seen.status === 'requires_capture') return seen;
      // The order itself does not say so.
      return isDeclined
        ? {
            ...{ ...seen, status: 'requires_payment_method', approved: null },
            decline: { ref: error.debugId, code: error.issue },
          }
        : { ...seen, status: 'requires_action', approved: null };
    }
  }

  async function capture(id: string, amount: number, key: string): Promise<Intent> {
    const order = await orderAt(id);
    const seen = intentFrom(name, order);
    const held = heldBy(order);
    if (seen.status !== 'requires_capture' || !held) return seen;
    // What is left of the hold is free again.
    const body = { amount: moneyOf(amount, seen.currency), final_capture: true };
    return unlessOvertaken(id, () => post(`/v2/payments/authorizations/${held.id}/capture`, key, body));
  }

  /**
   * What is held is let go. An order for which nothing is held cannot be cancelled at PayPal, and need not be: nobody but us
   * takes its money, and we do not any more. What was on its way meanwhile is seen as paid, and given back.
   */
  async function cancel(id: string, key: string): Promise<Intent> {
    const order = await orderAt(id);
    const seen = intentFrom(name, order);
    if (isOpen(order)) return { ...seen, status: 'canceled', approved: null };
    const held = heldBy(order);
    if (seen.status !== 'requires_capture' || !held) return seen;
    return unlessOvertaken(id, () => post(`/v2/payments/authorizations/${held.id}/void`, key));
  }

  async function unlessOvertaken(id: string, work: () => Promise<unknown>): Promise<Intent> {
    try {
      await work();
    } catch (error) {
      if (!isOvertaken(error)) throw error;
    }
    return retrieve(id, true);
  }

  async function refund({ intentId, refundId, amount }: Parameters<Provider['refund']>[0], key: string) {
    const order = await orderAt(intentId);
    const [taken] = takenBy(order);
    if (!taken) throw new ProviderRefused('NOTHING_TAKEN', `Nothing was taken by order ${intentId}`);
    const body = { amount: moneyOf(amount, taken.amount.currency_code), custom_id: refundId };
    await post(`/v2/payments/captures/${taken.id}/refund`, key, body);
    return retrieve(intentId);
  }

  /** @param setup token of what its payer agreed to in the app */
  async function saveMethod(customerId: string, setup: string, known: string | null) {
    const answer = await post('/v3/vault/payment-tokens', `${customerId}:${setup}`, {
      payment_source: { token: { id: setup, type: 'SETUP_TOKEN' } },
      ...(known !== null && { customer: { id: known } }),
    });
    const { id: method, customer } = Value.Parse(Token, answer);
    return { method, customer: customer.id };
  }

  async function* made(from: number, to: number): AsyncIterable<Intent> {
    try {
      yield* paidBetween(call, orderOf, name, [from, to]);
    } catch (error) {
      throw meant(error);
    }
  }

  return {
    name,
    keyLifetime: remembered,
    create: (wish, key) => told(create(wish, key)),
    amend: (id, to) => told(amend(id, to)),
    confirm: (id, method, key) => told(confirm(id, method, key)),
    capture: (id, amount, key) => told(capture(id, amount, key)),
    cancel: (id, key) => told(cancel(id, key)),
    refund: (wish, key) => told(refund(wish, key)),
    retrieve: (id, brief) => told(retrieve(id, brief)),
    async find(paymentId, since) {
      for await (const intent of made(since, Number.POSITIVE_INFINITY))
        if (intent.paymentId === paymentId) return intent;
      return undefined;
    },
    saveMethod: (customerId, method, known) => told(saveMethod(customerId, method, known)),
    notices: (since) => told(noticesSince(call, orderOf, since)),
    async readNotice(raw, headers) {
      await verify(raw, headers);
      return told(noticeFrom(JSON.parse(raw.toString()), orderOf));
    },
    made,
  };
}

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw meant(error);
  }
}
