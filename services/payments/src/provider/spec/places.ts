import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { approveAt } from '../../../../../e2e/simulators/paypal/app.ts';
import { startPaypal } from '../../../../../e2e/simulators/paypal/server.ts';
import { simulated } from '../../../../../e2e/simulators/paypal/sign-in.ts';
import { startStripe } from '../../../../../e2e/simulators/stripe/server.ts';
import { paypalProvider } from '../paypal/paypal.ts';
import type { Intent, Provider } from '../port.ts';
import { stripeProvider } from '../stripe.ts';

/** A provider to be held to what we rely on. */
export interface Place {
  provider: Provider;
  /** As somebody with the app would: by what they have themselves. */
  clientConfirms(intent: Intent, method: string): Promise<void>;
  close(): Promise<void>;
}

/** One that is played, and can be told what to do. */
export interface PlayedPlace extends Place {
  behave(behaviour: object): void;
  /** Ids of its intents for a payment. */
  made(paymentId: string): string[];
  taken(): { paymentId: string | null | undefined; amount: number; times: number }[];
  /** A dispute is decided. */
  end(id: string, well: boolean): void;
}

/** Where providers differ. Tokens of methods are what each plays by. */
interface Kind {
  name: string;
  methods: Record<'pays' | 'declines' | 'asks' | 'disputes' | 'refundFails', string>;
  /** What a client confirms by. */
  secret: RegExp;
  /** Of a hold that is taken, in its own words. */
  eventsOfAHold: readonly string[];
  /** PayPal lists what brought money; nobody but us knows of an order that nobody paid. */
  finds: 'ALL' | 'PAID';
}

const stripe: Omit<Kind, 'name'> = {
  methods: {
    pays: 'pm_card_visa',
    declines: 'pm_card_visa_chargeDeclined',
    asks: 'pm_card_authenticationRequired',
    disputes: 'pm_card_createDispute',
    refundFails: 'pm_card_refundFail',
  },
  secret: /^pi_\w+_secret_\w+$/,
  eventsOfAHold: ['payment_intent.amount_capturable_updated', 'payment_intent.succeeded'],
  finds: 'ALL',
};

const paypal: Omit<Kind, 'name'> = {
  methods: {
    pays: 'wallet_pays',
    declines: 'wallet_declines',
    asks: 'wallet_asks',
    disputes: 'wallet_disputes',
    refundFails: 'wallet_refund_fails',
  },
  secret: /^[A-Z0-9]{17}$/,
  eventsOfAHold: ['PAYMENT.AUTHORIZATION.CREATED', 'PAYMENT.CAPTURE.COMPLETED'],
  finds: 'PAID',
};

const stripeSettings = { name: 'stripe', webhookSecrets: ['whsec_test'], timeout: 20_000 };

export async function playedStripe(): Promise<PlayedPlace & { stripe: { url: string } }> {
  const { ledger, forget } = await newLedger();
  const played = await startStripe({ ledger });
  const intents = () => played.books.all('payment_intent');
  return {
    stripe: played,
    provider: stripeProvider({ ...stripeSettings, url: new URL(played.url), secretKey: 'sk_test_simulator' }),
    clientConfirms: confirmAt(played.url, 'pk_test_simulator'),
    behave: (behaviour) => played.behave(behaviour),
    made: (paymentId) =>
      intents()
        .filter(({ metadata }) => metadata.payment_id === paymentId)
        .map(({ id }) => id),
    taken: () =>
      intents().map(({ id, metadata, amount_received: amount }) => ({
        paymentId: metadata.payment_id,
        amount,
        times: played.books.all('charge').filter((charge) => charge.payment_intent === id && charge.captured)
          .length,
      })),
    end: (id, well) => played.stripe.end(id, well),
    close: () => played.close().then(forget),
  };
}

export async function playedPaypal(): Promise<
  PlayedPlace & { paypal: Awaited<ReturnType<typeof startPaypal>> }
> {
  const { ledger, forget } = await newLedger();
  const played = await startPaypal({ ledger });
  const settings = { name: 'paypal', ...simulated, webhookId: 'SIMULATED', timeout: 20_000 };
  return {
    paypal: played,
    provider: paypalProvider({ ...settings, url: new URL(played.url) }),
    async clientConfirms({ clientSecret }, wallet) {
      await approveAt(played.url, clientSecret ?? '', wallet);
    },
    behave: (behaviour) => played.behave(behaviour),
    made: (paymentId) =>
      played.books
        .all('order')
        .filter(({ custom_id }) => custom_id === paymentId)
        .map(({ id }) => id),
    taken: () =>
      played.books.all('order').map(({ id, custom_id: paymentId }) => {
        const mine = played.books.all('capture').filter(({ order_id }) => order_id === id);
        const amount = mine.reduce((sum, capture) => sum + Math.round(Number(capture.amount.value) * 100), 0);
        return { paymentId, amount, times: mine.length };
      }),
    end: (id, well) => played.paypal.end(id, well),
    close: () => played.close().then(forget),
  };
}

/** The real Stripe. */
const stripeAt = (secretKey: string) => async (): Promise<Place> => ({
  provider: stripeProvider({ ...stripeSettings, url: undefined, secretKey }),
  clientConfirms: confirmAt('https://api.stripe.com', secretKey),
  close: async () => {},
});

const confirmAt =
  (url: string, key: string): Place['clientConfirms'] =>
  async ({ id, clientSecret }, payment_method) => {
    const response = await fetch(`${url}/v1/payment_intents/${id}/confirm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        ...{ client_secret: clientSecret ?? '', payment_method, return_url: 'https://dabba.dev/paid' },
      }),
    });
    await response.text();
  };

export const played: readonly (Kind & { open(): Promise<PlayedPlace> })[] = [
  { name: 'the played Stripe', ...stripe, open: playedStripe },
  { name: 'the played PayPal', ...paypal, open: playedPaypal },
];

const { STRIPE_SECRET_KEY: realKey } = process.env;
export const places: readonly (Kind & { open(): Promise<Place> })[] = [
  ...played,
  ...(realKey?.startsWith('sk_test_') ? [{ name: 'Stripe', ...stripe, open: stripeAt(realKey) }] : []),
];

async function newLedger() {
  const folder = await mkdtemp(join(tmpdir(), 'provider-'));
  return { ledger: join(folder, 'books.jsonl'), forget: () => rm(folder, { recursive: true }) };
}
