import type { Client } from '../../platform/client.ts';
import { paymentOf, ticketOf } from '../../platform/order-ids.ts';
import { insist } from '../../saga/insist.ts';
import type { Stall } from '../../saga/market.ts';
import { cents, givenBack, type Refund } from '../../saga/money.ts';
import { ledgerAt, type StripeLedger } from '../../simulators/stripe/ledger-at.ts';
import type { Found, FoundOrder, FoundStock } from './judge.ts';

interface OrderBody {
  total: number;
  meal_subsidy_applied: number;
  items: readonly { menu_item_id: string; quantity: number }[];
  cancelled?: { was: string; reason: string };
}
interface PaymentBody {
  customer_id: string | null;
  captured: number;
  meal_subsidy_applied: number;
  refunds: readonly Refund[];
}
interface StockBody {
  on_hand: number;
  held: number;
  taken: number;
}
interface Page<T> {
  items: readonly T[];
  next_cursor: string | null;
}

/** Orders asked about at the same time. */
const atOnce = 12;
/** States an order is in for as long as somebody has something to do. */
const open = ['PENDING', 'PAID', 'CONFIRMED', 'PREPARING', 'READY', 'PICKED_UP'] as const;

/** Orders that have not ended yet, by state; a page of each at most. */
export async function unfinished(operations: Client): Promise<Readonly<Record<string, number>>> {
  const counts = await Promise.all(
    open.map(async (status) => {
      const { body } = await insist(() =>
        operations.get<Page<object>>(`/api/v1/orders?status=${status}&limit=200`),
      );
      return [status, body.items.length] as const;
    }),
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

export interface Counted extends Stall {
  /** Undefined: nobody counts it. */
  counted: number | undefined;
}

/** All there is about all orders, from whoever owns it, by HTTP. */
export async function readAll(
  operations: Client,
  stripe: string,
  stalls: readonly Counted[],
  customers: readonly string[],
): Promise<Found> {
  const listed = await allOrders(operations);
  const ledger = await ledgerAt(stripe);
  const { totals } = ledger;
  const atProvider = byPayment(ledger);
  const stockOf = new Map(
    stalls.filter(({ counted }) => counted !== undefined).map((stall) => [stall.itemId, stall.stockItemId]),
  );
  const orders = await inTurn(listed, (one) => readOrder(operations, one, stockOf, atProvider));
  const stocks = await inTurn(stalls, (stall) => readStock(operations, stall));
  const used = await inTurn(customers, async (id) => {
    const { body } = await insist(() => operations.get<{ used: number }>(`/api/v1/customers/${id}/subsidy`));
    return [id, body.used] as const;
  });
  const { body } = await insist(() => operations.get<Reconciliation>('/api/v1/reconciliation'));
  return {
    orders,
    stocks: stocks.flatMap((stock) => (stock ? [stock] : [])),
    allowances: new Map(used),
    unexplained: body.differences.map(
      ({ kind, payment_id, expected, found }) => `${kind} ${payment_id}: ${found}, not ${expected}`,
    ),
    balance: totals.balance / 100,
    held: totals.held,
  };
}

/** What the provider's own book has of each of our payments, under whichever of its own ids. */
export function byPayment({ payments }: StripeLedger): ReadonlyMap<string, FoundOrder['provider']> {
  const all = new Map<string, FoundOrder['provider']>();
  for (const { metadata, captured, refunded, disputed, charges } of payments)
    for (const id of Object.values(metadata)) {
      const seen = all.get(id) ?? nothingThere;
      all.set(id, {
        captured: cents(seen.captured + captured / 100),
        back: cents(seen.back + (refunded + disputed) / 100),
        charges: seen.charges + charges,
      });
    }
  return all;
}

export const nothingThere: FoundOrder['provider'] = { captured: 0, back: 0, charges: 0 };

interface Reconciliation {
  differences: { kind: string; payment_id: string | null; expected: number; found: number }[];
}

interface Listed {
  id: string;
  status: string;
}

async function allOrders(operations: Client): Promise<Listed[]> {
  const all: Listed[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: Page<Listed> = await pageOf(operations, after);
    all.push(...page.items);
    after = page.next_cursor;
  }
  return all;
}

async function pageOf(operations: Client, after: string): Promise<Page<Listed>> {
  const path = `/api/v1/orders?limit=200${after === '' ? '' : `&cursor=${after}`}`;
  const { body } = await insist(() => operations.get<Page<Listed>>(path));
  return body;
}

async function readOrder(
  operations: Client,
  { id, status }: Listed,
  stockOf: ReadonlyMap<string, string>,
  atProvider: ReadonlyMap<string, FoundOrder['provider']>,
): Promise<FoundOrder> {
  const get = <T>(path: string) => insist(() => operations.get<T>(path));
  const [order, payment, ticket, reservation] = await Promise.all([
    get<OrderBody>(`/api/v1/orders/${id}`),
    get<PaymentBody>(`/api/v1/payments/${paymentOf(id)}`),
    get<{ status: string }>(`/api/v1/kitchen/tickets/${ticketOf(id)}`),
    get<{ status: string }>(`/api/v1/inventory/reservations/${id}`),
  ]);
  const { total, meal_subsidy_applied, items, cancelled } = order.body;
  const [line] = items;
  return {
    ...{
      id,
      status,
      was: cancelled?.was ?? null,
      reason: cancelled?.reason ?? null,
      total: cents(total + meal_subsidy_applied),
    },
    customerId: payment.status === 200 ? (payment.body.customer_id ?? '') : '',
    stockItemId: stockOf.get(line?.menu_item_id ?? '') ?? null,
    quantity: line?.quantity ?? 0,
    payment:
      payment.status === 200
        ? {
            captured: payment.body.captured,
            refunded: givenBack(payment.body.refunds, 'amount'),
            subsidy: cents(
              payment.body.meal_subsidy_applied - givenBack(payment.body.refunds, 'meal_subsidy'),
            ),
          }
        : null,
    provider: atProvider.get(paymentOf(id)) ?? nothingThere,
    ticket: ticket.status === 200 ? ticket.body.status : null,
    reservation: reservation.status === 200 ? reservation.body.status : null,
  };
}

interface Entry {
  version: number;
  type: string;
  data: { order_id?: string; quantity?: number };
}

async function readStock(
  operations: Client,
  { storeId, stockItemId, counted }: Counted,
): Promise<FoundStock | undefined> {
  if (counted === undefined) return undefined;
  const path = `/api/v1/inventory/${storeId}/items/${stockItemId}`;
  const { body } = await insist(() => operations.get<StockBody>(path));
  const used = new Map<string, number>();
  for (let after = 0; ; ) {
    const { body: page } = await insist(() =>
      operations.get<{ items: readonly Entry[] }>(`${path}/history?after=${after}`),
    );
    for (const { type, data } of page.items)
      if (type === 'StockUsed' && data.order_id !== undefined)
        used.set(data.order_id, (used.get(data.order_id) ?? 0) + (data.quantity ?? 0));
    const last = page.items.at(-1);
    if (last === undefined) break;
    after = last.version;
  }
  return { id: stockItemId, counted, onHand: body.on_hand, reserved: body.held + body.taken, used };
}

async function inTurn<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < all.length; at += atOnce)
    results.push(...(await Promise.all(all.slice(at, at + atOnce).map(work))));
  return results;
}
