import type { Events } from '@dabba/contracts';
import { connect, type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { callAs, orderPlaced, type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopics, Topics } from '@dabba/testing/topics';
import { WebSocket } from 'undici';
import type { TicketView } from '../doors/view.ts';
import { service } from '../service.ts';
import { WishesDoor } from './wishes-door.ts';

/** Others may be using the machine. */
const patient = { within: 45_000, every: 50 };

export interface Caller {
  roles: string[];
  claims?: Record<string, unknown>;
}
export const staff = (vendorId = 'vnd_1'): Caller => ({ roles: ['staff'], claims: { vendor_id: vendorId } });
export const merchant = (vendorId = 'vnd_1'): Caller => ({
  roles: ['merchant'],
  claims: { vendor_id: vendorId },
});

interface Told {
  type: string;
  seq: number;
  ticket?: TicketView;
  tickets?: TicketView[];
}

const line = (lineId: string, station: string, quantity: number) => ({
  ...{
    lineId,
    itemId: `itm_${station}`,
    itemVersion: 1,
    name: station,
    quantity,
    unitPrice: 100,
    total: 100 * quantity,
  },
  ...{
    choices: [{ modifierId: 'm', optionId: 'o', name: 'Verde', price: 0 }],
    station,
    prepSeconds: 60,
    stock: [],
  },
});

/** Kitchen on real servers, with orders in a test's hand. */
export class World {
  readonly kitchen: RunningService<StoreDeps>;
  readonly topics: Topics;
  readonly orders: WishesDoor;
  readonly #tokens: TestTokens;

  private constructor(kitchen: RunningService<StoreDeps>, orders: WishesDoor, tokens: TestTokens) {
    this.kitchen = kitchen;
    this.orders = orders;
    this.topics = new Topics(kitchen.deps);
    this.#tokens = tokens;
  }

  static async open(name: string, env: Record<string, string> = {}): Promise<World> {
    const tokens = await testTokens();
    const kafkaPrefix = uniquePrefix(name);
    const { deps, close } = await connect(service, { kafkaPrefix });
    await makeTopics(deps);
    await close();
    const orders = new WishesDoor();
    const url = await orders.open();
    const kitchen = await startService(service, {
      ...{ port: 0, keys: tokens.keys, kafkaPrefix },
      env: {
        ...process.env,
        LOG_LEVEL: 'silent',
        ESTIMATE_AFTER_MS: '50',
        CORS_ORIGINS: 'https://kds.test',
        ...{ ORDERS_URL: url, IDENTITY_URL: url, KITCHEN_CLIENT_SECRET: 'secret' },
        ...env,
      },
    });
    const world = new World(kitchen, orders, tokens);
    for (const [outletId, vendorId] of [
      ['trk_1', 'vnd_1'],
      ['trk_2', 'vnd_2'],
    ] as const)
      await world.topics.say('OutletDefined', outletId, {
        ...{ outletId, vendorId, kind: 'TRUCK', name: outletId, zone: 'America/Los_Angeles', campus: null },
        ...{ address: null, latitude: null, longitude: null, slotMinutes: 15, slotQuantity: 10 },
        ...{ jurisdiction: 'us-ca-sf', licensePlate: null, vehicleType: null, definedAt: 0 },
      });
    await world.until('the kitchens are known', async () => {
      const { rows } = await kitchen.deps.pool.query('select from kitchen_outlets');
      return rows.length === 2;
    });
    return world;
  }

  until(what: string, look: () => Promise<boolean> | boolean): Promise<unknown> {
    return until(what, async () => look(), patient);
  }

  call(
    method: string,
    path: string,
    body?: unknown,
    caller: Caller = staff(),
    headers: Record<string, string> = {},
  ) {
    return callAs(this.#tokens, method, `${this.kitchen.url}${path}`, body, { ...caller, headers });
  }

  /** An order of two tacos whose vendor confirms by hand, unless said otherwise. */
  async placed(change: Partial<Events['OrderPlaced']> = {}) {
    const orderId = `ord_${crypto.randomUUID()}`;
    const now = Date.now();
    const order = {
      ...{ lines: [line('taco', 'grill', 2)], subtotal: 200, total: 200, autoAccept: false, tracked: true },
      ...{ estimatedReady: now + 60_000, ...change },
    };
    await this.topics.say('OrderPlaced', orderId, orderPlaced(orderId, now, order));
    const ticketId = orderId.replace('ord_', 'tkt_');
    const paid = () =>
      this.topics.say('OrderPaid', orderId, {
        ...{ orderId, paymentId: 'pay_1', captured: 200, subsidy: 0, paidAt: Date.now() },
      });
    return { orderId, ticketId, at: `/api/v1/kitchen/tickets/${ticketId}`, paid };
  }

  /** A confirmed order with two tacos and a drink. @returns the path of its ticket, which is there */
  async confirmed({
    orderId = `ord_${crypto.randomUUID()}`,
    ...change
  }: Partial<Events['OrderConfirmed']> = {}) {
    const now = Date.now();
    await this.topics.say('OrderConfirmed', orderId, {
      ...{
        orderId,
        customerId: 'cus_1',
        vendorId: 'vnd_1',
        vendorName: 'V',
        outletId: 'trk_1',
        fulfilment: 'PICKUP',
      },
      ...{
        lines: [line('taco', 'grill', 2), line('drink', 'bar', 1)],
        total: 300,
        currency: 'USD',
        pickupAt: null,
      },
      ...{ estimatedReady: now + 60_000, confirmedAt: now },
      ...change,
    });
    const ticketId = orderId.replace('ord_', 'tkt_');
    const at = `/api/v1/kitchen/tickets/${ticketId}`;
    await this.until(
      'its ticket is there',
      async () => (await this.call('GET', at, undefined, { roles: ['operations'] })).status === 200,
    );
    return { orderId, ticketId, at };
  }

  async statusOf(at: string): Promise<string> {
    return (await this.call('GET', at)).body.status;
  }

  async typesOf(ticketId: string): Promise<string[]> {
    const history = await this.kitchen.deps.store.history(ticketId);
    return history.map(({ type }) => type);
  }

  async feedTicket(outletId = 'trk_1'): Promise<string> {
    return (await this.call('POST', `/api/v1/kitchen/outlets/${outletId}/feed-tickets`)).body.ticket;
  }

  /** A screen, and all it was told. */
  async screen(ticket: string, after?: number, origin?: string) {
    const url = new URL('/ws/kitchen', this.kitchen.url.replace('http', 'ws'));
    url.searchParams.set('ticket', ticket);
    if (after !== undefined) url.searchParams.set('after', String(after));
    const socket = new WebSocket(url, { headers: origin === undefined ? {} : { origin } });
    const told: Told[] = [];
    let end: number | undefined;
    socket.addEventListener('message', ({ data }) => void told.push(JSON.parse(String(data))));
    socket.addEventListener('close', ({ code }) => {
      end = code;
    });
    const opened = await new Promise<boolean>((resolve) => {
      socket.addEventListener('open', () => resolve(true));
      socket.addEventListener('error', () => resolve(false));
    });
    return { socket, told, opened, ended: () => end };
  }

  async close(): Promise<void> {
    await this.topics.close();
    await this.kitchen.stop();
    await this.orders.close();
  }
}
