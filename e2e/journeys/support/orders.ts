import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { paymentOf, ticketOf } from '../../platform/order-ids.ts';
import { confirmAt } from '../../simulators/stripe/app.ts';
import { ledgerAt } from '../../simulators/stripe/ledger-at.ts';
import { patient } from './patient.ts';
import type { Town } from './town.ts';

export interface OrderView {
  id: string;
  status: string;
  total: number;
  items: { id: string; menu_item_id: string; quantity: number }[];
  payment: { id: string; status: string; client_secret?: string; refunded?: number };
  cancelled?: { reason: string };
  code?: string;
}
export interface TicketView {
  id: string;
  status: string;
  lines: { id: string; station: string; done: boolean }[];
}
export interface PaymentView {
  id: string;
  status: string;
  captured: number;
  meal_subsidy_applied: number;
  refunds: { amount: number; meal_subsidy: number; status: string }[];
  disputes: { status: string }[];
  stripe_payment_id: string | null;
}
export interface ReservationView {
  status: string;
  parts: { stock_item_id: string; quantity: number; held: number; taken: number }[];
}

/** The request of S2-ORD-01, wanted a quarter of an hour from now. */
export const sampleOrder = () => ({
  vendor_id: 'vnd_abc123',
  truck_id: 'trk_xyz789',
  items: [
    {
      menu_item_id: 'itm_taco001',
      quantity: 2,
      customizations: { protein: 'carnitas', salsa: 'verde', extras: ['guacamole', 'sour_cream'] },
    },
    { menu_item_id: 'itm_drink001', quantity: 1, customizations: {} },
  ],
  pickup_time: new Date(Date.now() + 15 * 60_000).toISOString(),
  tip_percentage: 20,
  use_meal_subsidy: true,
  payment_method_id: 'pm_stripe123',
});

/** The seeded shop whose stock is counted: a lassi takes one of them. */
export const lassis = (quantity: number) => ({
  store_id: 'sto_sfo_dosa',
  items: [{ menu_item_id: 'itm_sfo_dosa_lassi', quantity }],
});

/** What people do with orders in a town's metro sfo, through the gateway, and at Stripe as their apps do. */
export function ordersOf(town: Town) {
  const operations = town.as('ops_sfo');
  async function read<T>(path: string, login = 'ops_sfo'): Promise<T> {
    const { status, body } = await town.as(login).get<T>(path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }
  const place = (login: string, body: object, key = newId()) =>
    town.as(login).post<OrderView>('/api/v1/orders', body, { 'idempotency-key': key });
  const order = (id: string, login?: string) => read<OrderView>(`/api/v1/orders/${id}`, login);
  const ticketPath = (id: string) => `/api/v1/kitchen/tickets/${ticketOf(id)}`;
  const becomes = (id: string, status: string) =>
    until(
      `${id} is ${status}`,
      async () => {
        const seen = await order(id);
        return seen.status === status && seen;
      },
      patient,
    );
  const secretOf = (id: string, login: string) =>
    until(`${id} can be confirmed`, async () => (await order(id, login)).payment.client_secret, patient);

  return {
    place,
    order,
    becomes,
    /** Placed, which has to be possible. */
    async placed(login: string, body: object): Promise<OrderView> {
      const { status, body: answer } = await place(login, body);
      if (status !== 201) throw new Error(`Not placed: ${status} ${JSON.stringify(answer)}`);
      return answer;
    },
    /** In the customer's app. @returns what Stripe says */
    confirm: async (login: string, id: string, method = 'pm_card_visa') =>
      confirmAt(town.stripe.url, await secretOf(id, login), method),
    payment: (id: string) => read<PaymentView>(`/api/v1/payments/${paymentOf(id)}`),
    reservation: (id: string) => read<ReservationView>(`/api/v1/inventory/reservations/${id}`),
    ticket: (id: string) => read<TicketView>(ticketPath(id)),
    ticketBecomes: (id: string, ...statuses: readonly string[]) =>
      until(
        `the ticket of ${id} is ${statuses.join(' or ')}`,
        async () => {
          const { status: found, body } = await operations.get<TicketView>(ticketPath(id));
          return found === 200 && statuses.includes(body.status) && body;
        },
        patient,
      ),
    /** `ready`, `hand-over`, `lines/oli_…/bump` … */
    work: (login: string, id: string, what: string, body: object = {}) =>
      town.as(login).post<TicketView>(`${ticketPath(id)}/${what}`, body),
    history: async (id: string) =>
      (await read<{ items: { type: string }[] }>(`/api/v1/orders/${id}/history`)).items.map(
        ({ type }) => type,
      ),
    /** Lassis at the counted shop: `available` is what another order may have. */
    lassi: () => read<{ on_shelf: number; available: number }>('/api/v1/inventory/sto_sfo_dosa/items/lassi'),
    /** What Stripe itself has of a payment. */
    async atStripe(paymentId: string) {
      const { payments } = await ledgerAt(town.stripe.url);
      return payments.find(({ metadata }) => Object.values(metadata).includes(paymentId));
    },
  };
}
