import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventName, type Events, newId } from '@dabba/contracts';
import { connect, type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { callAs, type TestCaller, type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopics, Topics, topicsOf } from '@dabba/testing/topics';
import { approveAt } from '../../../../e2e/simulators/paypal/app.ts';
import { type RunningPaypal, startPaypal } from '../../../../e2e/simulators/paypal/server.ts';
import { simulated } from '../../../../e2e/simulators/paypal/sign-in.ts';
import { type RunningStripe, startStripe } from '../../../../e2e/simulators/stripe/server.ts';
import { service } from '../service.ts';

/** Others may be using the machine. */
export const patient = { within: 45_000, every: 100 };
export const metro = 'sfo';

export interface WorldOptions {
  env?: Record<string, string>;
  /** A second provider that takes over. */
  spare?: boolean;
  /** PayPal stands in for Stripe. */
  paypal?: boolean;
  /** Nobody is told of anything: events are to be asked for. */
  noWebhooks?: boolean;
  log?: (line: string) => void;
}

/** The service on real servers, with Stripe played beside it, and others that say what the test wants. */
export class World {
  readonly payments: RunningService<StoreDeps>;
  readonly stripe: RunningStripe;
  readonly spare: RunningStripe | undefined;
  readonly #paypal: RunningPaypal | undefined;
  readonly clock: { ahead: number };
  readonly kafkaPrefix: string;
  readonly #tokens: TestTokens;
  readonly #topics: Topics;
  readonly #folder: string;

  private constructor(
    payments: RunningService<StoreDeps>,
    played: {
      stripe: RunningStripe;
      spare: RunningStripe | undefined;
      paypal: RunningPaypal | undefined;
    },
    more: { clock: { ahead: number }; tokens: TestTokens; folder: string; kafkaPrefix: string },
  ) {
    this.payments = payments;
    this.stripe = played.stripe;
    this.spare = played.spare;
    this.#paypal = played.paypal;
    this.clock = more.clock;
    this.kafkaPrefix = more.kafkaPrefix;
    this.#tokens = more.tokens;
    this.#folder = more.folder;
    this.#topics = new Topics(payments.deps);
  }

  static async open(name: string, options: WorldOptions = {}): Promise<World> {
    const tokens = await testTokens();
    const kafkaPrefix = uniquePrefix(name);
    const folder = await mkdtemp(join(tmpdir(), 'payments-'));
    const stripe = await startStripe({ ledger: join(folder, 'stripe.jsonl') });
    const spare = options.spare ? await startStripe({ ledger: join(folder, 'spare.jsonl') }) : undefined;
    const paypal = options.paypal ? await startPaypal({ ledger: join(folder, 'paypal.jsonl') }) : undefined;
    const env = {
      ...process.env,
      LOG_LEVEL: options.log ? 'debug' : 'silent',
      STRIPE_URL: stripe.url,
      STRIPE_SECRET_KEY: '',
      STRIPE_TIMEOUT_MS: '2000',
      ...(spare && { SPARE_URL: spare.url }),
      ...(paypal && {
        PAYPAL_URL: paypal.url,
        PAYPAL_CLIENT_ID: simulated.clientId,
        PAYPAL_CLIENT_SECRET: simulated.clientSecret,
        PAYPAL_WEBHOOK_ID: 'SIMULATED',
        PAYPAL_TIMEOUT_MS: '2000',
      }),
      PAYMENT_POLL_MS: '3600000',
      ...options.env,
    };
    const { deps, close } = await connect(service, { kafkaPrefix, env });
    await makeTopics(deps, topicsOf(service, deps));
    await close();
    const clock = { ahead: 0 };
    const { log } = options;
    const payments = await startService(service, {
      port: 0,
      keys: tokens.keys,
      kafkaPrefix,
      now: () => Date.now() + clock.ahead,
      env,
      ...(log && { logTo: { write: (line: string) => log(line) } }),
    });
    if (!options.noWebhooks) {
      stripe.tell(`${payments.url}/webhooks/stripe`, 'whsec_simulator');
      spare?.tell(`${payments.url}/webhooks/spare`, 'whsec_simulator');
      paypal?.tell(`${payments.url}/webhooks/paypal`, 'SIMULATED');
    }
    return new World(payments, { stripe, spare, paypal }, { clock, tokens, folder, kafkaPrefix });
  }

  async close(): Promise<void> {
    await this.#topics.close();
    await this.payments.stop();
    await this.stripe.close();
    await this.spare?.close();
    await this.#paypal?.close();
    await rm(this.#folder, { recursive: true });
  }

  get paypal(): RunningPaypal {
    if (!this.#paypal) throw new Error('This world has no PayPal');
    return this.#paypal;
  }

  call(method: string, path: string, body?: unknown, caller?: TestCaller) {
    return callAs(this.#tokens, method, `${this.payments.url}${path}`, body, caller);
  }

  get(path: string) {
    return this.call('GET', path);
  }

  /** As this customer. */
  buyer(customerId: string): TestCaller {
    return { roles: ['customer'], claims: { customer_id: customerId } };
  }

  /** As another service. */
  get peer(): TestCaller {
    return { roles: ['service'], claims: { kind: 'machine', metro: undefined } };
  }

  once(): Record<string, string> {
    return { 'idempotency-key': newId() };
  }

  async payment(id: string) {
    return (await this.call('GET', `/api/v1/payments/${id}`, undefined, this.peer)).body;
  }

  /** The payment, when it has come to this. */
  async becomes(id: string, status: string) {
    return until(
      `${id} is ${status}`,
      async () => {
        const payment = await this.payment(id);
        return payment.status === status && payment;
      },
      patient,
    );
  }

  /** Types of a stream's events, oldest first. */
  async story(stream: string): Promise<string[]> {
    return (await this.payments.deps.store.history(stream)).map(({ type }) => type);
  }

  /** An order that can be paid for; 15.42 unless said otherwise. @returns the payment's id */
  async order(
    change: Partial<Events['OrderPaymentRequested']> = {},
  ): Promise<{ orderId: string; id: string }> {
    const orderId = newId('ord');
    await this.say('OrderPaymentRequested', orderId, {
      orderId,
      customerId: null,
      vendorId: 'vnd_1',
      amount: 1542,
      currency: 'USD',
      useSubsidy: false,
      paymentMethod: null,
      confirms: 'CLIENT',
      reserved: true,
      payBy: this.payments.deps.now() + 900_000,
      requestedAt: this.payments.deps.now(),
      ...change,
    });
    return { orderId, id: orderId.replace('ord_', 'pay_') };
  }

  /** Another tip is wanted. @param total minor units, with that tip */
  wishTip(orderId: string, total: number, customerId: string | null = null): Promise<void> {
    const requestedAt = this.payments.deps.now();
    return this.say('OrderTipRequested', orderId, {
      ...{ orderId, customerId, total, tip: 1, tipPercentage: null, requestedAt },
    });
  }

  cancelOrder(orderId: string, customerId: string | null = null): Promise<void> {
    const data = {
      orderId,
      customerId,
      vendorId: 'vnd_1',
      was: 'PENDING',
      reason: 'CUSTOMER',
      detail: null,
    } as const;
    return this.say('OrderCancelled', orderId, { ...data, cancelledAt: this.payments.deps.now() });
  }

  /** The customer agrees to it at PayPal's, as its SDK in the app has them do. */
  async approve(id: string, wallet = 'wallet_pays'): Promise<void> {
    const { client_secret: order } = await this.#confirmable(id);
    await approveAt(this.paypal.url, order, wallet);
  }

  /** The customer confirms with their card, as the app does. */
  async confirm(id: string, method = 'pm_card_visa'): Promise<void> {
    const { stripe_payment_id: intent, client_secret, provider } = await this.#confirmable(id);
    const at = provider === 'spare' ? this.spare : this.stripe;
    const response = await fetch(`${at?.url}/v1/payment_intents/${intent}/confirm`, {
      method: 'POST',
      headers: { authorization: 'Bearer pk_test', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_secret, payment_method: method }),
    });
    await response.text();
  }

  #confirmable(id: string) {
    return until(
      `${id} can be confirmed`,
      async () => {
        const payment = await this.payment(id);
        return typeof payment.client_secret === 'string' && payment;
      },
      patient,
    );
  }

  /** Their bank asks the customer whether it is them (3-D Secure). */
  async authenticate(id: string, outcome: 'success' | 'fail' = 'success'): Promise<void> {
    const { stripe_payment_id: intent, client_secret } = await this.payment(id);
    const response = await fetch(`${this.stripe.url}/v1/payment_intents/${intent}/_authenticate`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_secret, outcome }),
    });
    await response.text();
  }

  /** Something another service decided, in sfo. */
  say<N extends EventName>(type: N, stream: string, event: Events[N]): Promise<void> {
    return this.#topics.say(type, stream, event);
  }
}
