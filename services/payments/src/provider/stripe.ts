import Stripe from 'stripe';
import { followed } from './followed.ts';
import { BadSignature, type Intent, type IntentWish, type Notice, type Provider } from './port.ts';
import type { ProviderSettings } from './settings.ts';
import { answeredBy, isReplayedAccident, isUnknownMethod, meant } from './stripe-errors.ts';
import { intentFrom, isUntouched, noticeFrom, ours } from './stripe-object.ts';

/** Seconds a signature may be old. */
const tolerance = 300;
const expand = ['latest_charge'];
/** Seconds by which the provider's clock may be behind ours. */
const clocks = 300;
/** Milliseconds for which it remembers a key, and with it an accident. */
const remembered = 24 * 3_600_000;

/** Payments by Stripe's SDK. Its own retries are off: ours are durable. */
export function stripeProvider({
  name,
  url,
  secretKey,
  webhookSecrets,
  timeout,
}: ProviderSettings): Provider {
  const sdk = new Stripe(secretKey, {
    maxNetworkRetries: 0,
    timeout,
    telemetry: false,
    ...(url && {
      host: url.hostname,
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      protocol: url.protocol === 'https:' ? 'https' : 'http',
    }),
  });

  /**
   * Calls under the key. Where the first try of that key was an accident it is used up: then it is looked for, and if it was not
   * done, called once more under another key.
   */
  async function change(
    call: (key: string) => Promise<Intent>,
    key: string,
    {
      intentId,
      done = async () => undefined,
    }: { intentId?: string; done?(): Promise<Intent | undefined> } = {},
  ): Promise<Intent> {
    try {
      return await call(key).catch(async (error) => {
        if (isReplayedAccident(error)) return (await done()) ?? call(`${key}:${Date.now()}`);
        throw error;
      });
    } catch (error) {
      const answering = answeredBy(error, intentId);
      if (answering !== undefined) return retrieve(answering);
      throw meant(error);
    }
  }

  async function retrieve(intentId: string, brief = false): Promise<Intent> {
    try {
      const intent = await untraced(() => sdk.paymentIntents.retrieve(intentId, { expand }));
      if (intent.status !== 'succeeded' || (brief && isUntouched(intent))) return intentFrom(name, intent);
      const about = { payment_intent: intentId, limit: 100 };
      const [refunds, disputes] = await Promise.all([sdk.refunds.list(about), sdk.disputes.list(about)]);
      return intentFrom(name, intent, refunds.data, disputes.data);
    } catch (error) {
      throw meant(error);
    }
  }

  async function create(wish: IntentWish, key: string): Promise<Intent> {
    const { paymentId, amount, currency, captures, method, customer } = wish;
    const wanted: Stripe.PaymentIntentCreateParams = {
      amount,
      currency: currency.toLowerCase(),
      capture_method: captures === 'MANUAL' ? 'manual' : 'automatic',
      allowed_payment_method_types: ['card'],
      metadata: { [ours.payment]: paymentId },
      expand,
      ...(method !== null && { payment_method: method }),
      ...(customer !== null && { customer }),
    };
    const intent = await untraced(() => sdk.paymentIntents.create(wanted, { idempotencyKey: key }));
    return intentFrom(name, intent);
  }

  return {
    name,
    keyLifetime: remembered,
    retrieve,
    create: (wish, key) =>
      change(
        (once) =>
          create(wish, once).catch((error) => {
            // Whoever confirms may bring another.
            if (isUnknownMethod(error)) return create({ ...wish, method: null }, `${once}:any`);
            throw error;
          }),
        key,
        { done: () => find(wish.paymentId, Date.now() - remembered) },
      ),
    amend: (intentId, { amount }, key) =>
      change(
        async (idempotencyKey) =>
          intentFrom(name, await sdk.paymentIntents.update(intentId, { amount, expand }, { idempotencyKey })),
        key,
        { intentId },
      ),
    confirm: (intentId, method, key) =>
      change(
        async (idempotencyKey) => {
          const how = { expand, ...(method !== null && { payment_method: method }) };
          return intentFrom(name, await sdk.paymentIntents.confirm(intentId, how, { idempotencyKey }));
        },
        key,
        { intentId },
      ),
    capture: (intentId, amount, key) =>
      change(
        async (idempotencyKey) => {
          const how = { amount_to_capture: amount, expand };
          return intentFrom(name, await sdk.paymentIntents.capture(intentId, how, { idempotencyKey }));
        },
        key,
        { intentId },
      ),
    cancel: (intentId, key) =>
      change(
        async (idempotencyKey) =>
          intentFrom(name, await sdk.paymentIntents.cancel(intentId, { expand }, { idempotencyKey })),
        key,
        { intentId },
      ),
    refund: ({ intentId, refundId, paymentId, amount }, key) =>
      change(
        async (idempotencyKey) => {
          const metadata = { [ours.refund]: refundId, [ours.payment]: paymentId };
          await sdk.refunds.create({ payment_intent: intentId, amount, metadata }, { idempotencyKey });
          return retrieve(intentId);
        },
        key,
        {
          async done() {
            const intent = await retrieve(intentId);
            return intent.refunds.some((refund) => refund.refundId === refundId) ? intent : undefined;
          },
        },
      ),
    find,
    async saveMethod(customerId, method, known) {
      try {
        const key = { idempotencyKey: `customer:${customerId}` };
        const customer =
          known ?? (await sdk.customers.create({ metadata: { customer_id: customerId } }, key)).id;
        const kept = await sdk.paymentMethods.attach(method, { customer });
        return { method: kept.id, customer };
      } catch (error) {
        throw meant(error);
      }
    },
    async notices(since) {
      const found: Notice[] = [];
      try {
        const gte = Math.floor(since / 1000);
        for await (const event of sdk.events.list({ created: { gte }, types: [...followed], limit: 100 }))
          found.push(noticeFrom(event));
      } catch (error) {
        throw meant(error);
      }
      return found.reverse();
    },
    async readNotice(raw, { 'stripe-signature': given }) {
      const signature = typeof given === 'string' ? given : '';
      for (const secret of webhookSecrets) {
        try {
          return noticeFrom(sdk.webhooks.constructEvent(raw, signature, secret, tolerance));
        } catch (error) {
          if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
        }
      }
      throw new BadSignature('It was not signed by anybody we know, or too long ago');
    },
    made,
  };

  async function find(paymentId: string, since: number): Promise<Intent | undefined> {
    for await (const intent of made(since, Number.POSITIVE_INFINITY))
      if (intent.paymentId === paymentId) return intent;
    return undefined;
  }

  async function* made(from: number, to: number): AsyncIterable<Intent> {
    const gte = Math.floor(from / 1000) - clocks;
    const created = Number.isFinite(to) ? { gte, lte: Math.ceil(to / 1000) } : { gte };
    try {
      const some = { created, limit: 100, expand: ['data.latest_charge'] };
      for await (const intent of sdk.paymentIntents.list(some)) yield intentFrom(name, intent);
    } catch (error) {
      throw meant(error);
    }
  }
}

/**
 * The SDK notes down from where it is called, each time, for an error that may come of it; with source maps that takes longer than
 * writing the request. Only what is called at once goes without: our own errors keep theirs.
 */
function untraced<T>(call: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return call();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
