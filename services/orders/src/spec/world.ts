import { connect, type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { callAs, type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopics, Topics } from '@dabba/testing/topics';
import { service } from '../service.ts';
import { sayCatalog } from './catalog.ts';
import { Payments } from './payments.ts';

/** Others may be using the machine. */
const patient = { within: 45_000, every: 100 };

export interface Caller {
  roles: string[];
  claims?: Record<string, unknown>;
  /** Null: none; left out: a new one. */
  key?: string | null;
}

export const customer = (id = 'cus_1', key?: string): Caller => ({
  roles: ['customer'],
  claims: { customer_id: id },
  ...(key !== undefined && { key }),
});
export const staff = (vendorId: string): Caller => ({ roles: ['staff'], claims: { vendor_id: vendorId } });
export const operations: Caller = { roles: ['operations'] };

/** Orders on real servers, with what all the others would say in a test's hand. */
export class World {
  readonly orders: RunningService<StoreDeps>;
  readonly topics: Topics;
  readonly payments: Payments;
  readonly clock: { ahead: number };
  readonly #tokens: TestTokens;
  readonly #answering: Promise<void>;

  private constructor(
    orders: RunningService<StoreDeps>,
    payments: Payments,
    clock: { ahead: number },
    tokens: TestTokens,
  ) {
    this.orders = orders;
    this.topics = new Topics(orders.deps);
    this.payments = payments;
    this.clock = clock;
    this.#tokens = tokens;
    this.#answering = payments.answer(orders.deps, this.topics);
  }

  static async open(name: string, env: Record<string, string> = {}): Promise<World> {
    const tokens = await testTokens();
    const kafkaPrefix = uniquePrefix(name);
    const { deps, close } = await connect(service, { kafkaPrefix });
    await makeTopics(deps);
    await close();
    const payments = new Payments();
    const url = await payments.open();
    const clock = { ahead: 0 };
    const orders = await startService(service, {
      ...{ port: 0, keys: tokens.keys, kafkaPrefix, now: () => Date.now() + clock.ahead },
      env: {
        ...{ ...process.env, LOG_LEVEL: 'silent', PAYMENTS_URL: url, IDENTITY_URL: url, RECEIPTS_URL: url },
        ...{ ORDERS_CLIENT_SECRET: 'secret', INTENT_WAIT_MS: '20000', ...env },
      },
    });
    const world = new World(orders, payments, clock, tokens);
    await sayCatalog(world.topics);
    await world.until('the catalog is known', async () => {
      const { rows } = await orders.deps.pool.query('select from copied_items');
      return rows.length === 4;
    });
    return world;
  }

  until(what: string, look: () => Promise<boolean>): Promise<unknown> {
    return until(what, look, patient);
  }

  call(method: string, path: string, body?: unknown, { key, ...caller }: Caller = customer()) {
    const headers = {
      ...(method === 'POST' && key !== null && { 'idempotency-key': key ?? crypto.randomUUID() }),
    };
    return callAs(this.#tokens, method, `${this.orders.url}${path}`, body, { ...caller, headers });
  }

  async statusOf(orderId: string): Promise<string> {
    const { body } = await this.call('GET', `/api/v1/orders/${orderId}`, undefined, operations);
    return body.status;
  }

  /** The money has come. */
  async pay(orderId: string, captured: number, subsidy = 0): Promise<void> {
    const paymentId = orderId.replace('ord_', 'pay_');
    await this.topics.say('PaymentSucceeded', paymentId, {
      ...{ paymentId, orderId, sessionId: null, customerId: 'cus_1', provider: 'stripe', captured, subsidy },
      ...{ currency: 'USD', chargeId: 'ch_1', succeededAt: Date.now() },
    });
  }

  async close(): Promise<void> {
    await this.payments.close();
    await this.#answering;
    await this.topics.close();
    await this.orders.stop();
  }
}
