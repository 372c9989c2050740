import type { Client } from '../platform/client.ts';
import { type Errand, paymentOf, ticketOf } from './errand.ts';
import { insist } from './insist.ts';
import type { Seen } from './outcome.ts';

interface OrderBody {
  status: string;
  cancelled?: { reason: string };
}
interface PaymentBody {
  captured: number;
  stripe_payment_id: string | null;
  refunds: readonly { amount: number; status: string }[];
}
interface StockBody {
  held: number;
  taken: number;
  on_hand: number;
}
interface LedgerBody {
  payments: readonly {
    id: string;
    metadata: Readonly<Record<string, string>>;
    captured: number;
    refunded: number;
    disputed: number;
    charges: number;
  }[];
  totals: { captured: number; refunded: number; disputed: number; held: number; balance: number };
}

export async function ledgerOf(stripe: string): Promise<LedgerBody> {
  const response = await fetch(`${stripe}/_ledger`, { signal: AbortSignal.timeout(10_000) });
  const body: LedgerBody = JSON.parse(await response.text());
  return body;
}

/** What the owning services say of an order, asked by HTTP, and the provider of its money. */
export async function observe(
  errand: Errand,
  operations: Client,
  ledger: LedgerBody,
  answered: number | null,
): Promise<Seen> {
  const { stall, customer } = errand;
  const id = await errand.id();
  const get = <T>(path: string) => insist(() => operations.get<T>(path));
  const customerId = customer.credential.ids.customer_id ?? '';
  const [order, payment, stock, ticket, subsidy, own] = await Promise.all([
    get<OrderBody>(`/api/v1/orders/${id}`),
    get<PaymentBody>(`/api/v1/payments/${paymentOf(id)}`),
    get<StockBody>(`/api/v1/inventory/${stall.storeId}/items/${stall.stockItemId}`),
    get<{ status: string }>(`/api/v1/kitchen/tickets/${ticketOf(id)}`),
    get<{ used: number }>(`/api/v1/customers/${customerId}/subsidy`),
    get<{ items: readonly object[] }>(`/api/v1/orders?customer_id=${customerId}`),
  ]);
  const there = ledger.payments.filter(({ metadata }) => Object.values(metadata).includes(paymentOf(id)));
  const minor = (of: (one: (typeof there)[number]) => number) => there.reduce((sum, one) => sum + of(one), 0);
  const isAsked = payment.status === 200;
  const back = isAsked
    ? payment.body.refunds.filter(({ status }) => status !== 'FAILED').map(({ amount }) => amount)
    : [];
  return {
    order: order.body.status,
    reason: order.body.cancelled?.reason ?? null,
    reserved: stock.body.held + stock.body.taken,
    onHand: stock.body.on_hand,
    net: isAsked ? cents(payment.body.captured - back.reduce((sum, one) => sum + one, 0)) : 0,
    ticket: ticket.status === 404 ? 'none' : ticket.body.status,
    subsidyUsed: subsidy.body.used,
    answered,
    netAtProvider: minor(({ captured, refunded, disputed }) => captured - refunded - disputed) / 100,
    charges: minor(({ charges }) => charges),
    orders: own.body.items.length,
  };
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
