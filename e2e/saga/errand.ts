import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@dabba/testing';
import type { Client } from '../platform/client.ts';
import { paymentOf, ticketOf } from '../platform/order-ids.ts';
import { askToConfirm } from '../simulators/stripe/app.ts';
import { insist, patience } from './insist.ts';
import type { Stall } from './market.ts';

export type Status =
  | 'PENDING'
  | 'PAID'
  | 'CONFIRMED'
  | 'PREPARING'
  | 'READY'
  | 'PICKED_UP'
  | 'COMPLETED'
  | 'CANCELLED';

export interface People {
  /** Of the metro; also works at every counter and in every kitchen. */
  operations: Client;
  /** The provider's base URL: where customers confirm. */
  stripe: string;
}

export interface Wish {
  quantity?: number;
  /** A method the provider charges by itself (S4-API-02); without one the customer confirms. */
  method?: string;
}

/** One customer's order at one stall, and everything anybody does about it. Answers are HTTP statuses. */
export interface Errand {
  readonly customer: Client;
  readonly stall: Stall;
  /** Under one key, however often it has to be asked for. What is refused at once has no id. */
  place(wish?: Wish): Promise<number>;
  /** Of the placed order. */
  id(): Promise<string>;
  status(): Promise<Status>;
  /** Until the order is anything else; the status then. */
  left(status: Status): Promise<Status>;
  /** Confirms at the provider by this card, as its SDK does in a browser. 0: there is nothing to be paid any more. */
  pay(card?: string): Promise<number>;
  /** Another tip, in percent. */
  tip(percentage: number): Promise<number>;
  cancel(): Promise<number>;
  /** At the counter. */
  turn(status: 'CONFIRMED' | 'CANCELLED'): Promise<number>;
  cook(what: 'start' | 'ready' | 'hand-over' | 'reject'): Promise<number>;
  /** What is said of the stock itself. */
  count(what: 'count' | '86', body: object): Promise<number>;
  /** Until inventory holds it. */
  held(): Promise<void>;
  /** Until inventory has heard that the order came so far: what it holds follows. */
  kept(status: Status): Promise<void>;
}

/** What becomes of a reservation meanwhile. */
const reservations: Readonly<Partial<Record<Status, string>>> = {
  PENDING: 'HELD',
  PAID: 'COMMITTED',
  CONFIRMED: 'COMMITTED',
  PREPARING: 'BEGUN',
};

interface Payment {
  client_secret: string | null;
}

export function errandOf(customer: Client, stall: Stall, { operations, stripe }: People): Errand {
  let placing: Promise<{ status: number; id: string | undefined }> | undefined;
  const key = () => ({ 'idempotency-key': randomUUID() });
  const send = async (client: Client, path: string, body: object = {}, yet: readonly number[] = []) => {
    const headers = key();
    const answer = await insist(
      () => client.post(path, body, headers),
      ({ status }) => yet.includes(status),
    );
    return answer.status;
  };

  async function order({ quantity = 2, method }: Wish) {
    const body = {
      store_id: stall.storeId,
      items: [{ menu_item_id: stall.itemId, quantity }],
      use_meal_subsidy: true,
      ...(method !== undefined && { payment_method_id: method }),
    };
    const headers = key();
    const { status, body: said } = await insist(() =>
      customer.post<{ id?: string; order_id?: string }>('/api/v1/orders', body, headers),
    );
    return { status, id: said.id ?? said.order_id };
  }

  async function placed() {
    if (placing === undefined) throw new Error('Nothing was ordered');
    const { status, id } = await placing;
    if (id === undefined) throw new Error(`It was not placed: ${status}`);
    return { id };
  }

  async function status(): Promise<Status> {
    const { id } = await placed();
    const { body } = await insist(
      () => operations.get<{ status: Status }>(`/api/v1/orders/${id}`),
      (answer) => answer.status !== 200,
    );
    return body.status;
  }

  /** What it is confirmed by, when there is an intent; undefined: the order is not waiting for it any more. */
  async function payable(): Promise<string | undefined> {
    const { id } = await placed();
    for (let tries = 0, end = Date.now() + patience; Date.now() < end; tries++) {
      const answer = await insist(() => customer.get<Payment>(`/api/v1/payments/${paymentOf(id)}`));
      const known: Partial<Payment> = answer.status === 200 ? answer.body : {};
      if (known.client_secret) return known.client_secret;
      if ((await status()) !== 'PENDING') return undefined;
      await pause(Math.min(2_000, 150 * 1.3 ** tries));
    }
    throw new Error(`${id} cannot be paid for`);
  }

  return {
    customer,
    stall,
    status,
    async place(wish = {}) {
      placing ??= order(wish);
      return (await placing).status;
    },
    id: async () => (await placed()).id,
    async left(from) {
      for (const end = Date.now() + patience; ; await pause(150)) {
        const now = await status();
        if (now !== from) return now;
        if (Date.now() > end) throw new Error(`${(await placed()).id} stays ${from}`);
      }
    },
    async pay(card = 'pm_card_visa') {
      const secret = await payable();
      if (secret === undefined) return 0;
      const { status: said } = await insist(async () => {
        const response = await askToConfirm(stripe, secret, card, 10_000);
        return { status: response.status, headers: response.headers, body: await response.text() };
      });
      return said;
    },
    async tip(tip_percentage) {
      const path = `/api/v1/orders/${(await placed()).id}`;
      return (await insist(() => customer.patch(path, { tip_percentage }))).status;
    },
    cancel: async () => send(customer, `/api/v1/orders/${(await placed()).id}/cancel`),
    async turn(to) {
      const { id } = await placed();
      return send(operations, `/api/v1/vendors/${stall.vendorId}/orders/${id}/status`, { status: to });
    },
    async cook(what) {
      const path = `/api/v1/kitchen/tickets/${ticketOf((await placed()).id)}/${what}`;
      // Its ticket comes a moment after the order was confirmed.
      return send(operations, path, what === 'reject' ? { reason: 'BROKEN' } : {}, [404]);
    },
    async count(what, body) {
      return send(operations, `/api/v1/inventory/${stall.storeId}/items/${stall.stockItemId}/${what}`, body);
    },
    async kept(so) {
      const { id } = await placed();
      const wanted = reservations[so] ?? 'BEGUN';
      const path = `/api/v1/inventory/reservations/${id}`;
      await insist(
        () => operations.get<{ status: string }>(path),
        ({ body }) => body.status !== wanted,
      );
    },
    async held() {
      const path = `/api/v1/inventory/${stall.storeId}/items/${stall.stockItemId}`;
      const holds = async () => (await operations.get<{ held: number }>(path)).body.held > 0;
      await until(`something of ${stall.stockItemId} is held`, () => holds().catch(() => false), {
        within: patience,
        every: 20,
      });
    },
  };
}
