import type { Client } from '../platform/client.ts';
import { paymentOf, ticketOf } from '../platform/order-ids.ts';
import type { StripeLedger } from '../simulators/stripe/ledger-at.ts';
import type { Errand } from './errand.ts';
import { insist } from './insist.ts';
import { cents, givenBack, type Refund } from './money.ts';
import type { Seen } from './outcome.ts';

interface OrderBody {
  status: string;
  cancelled?: { reason: string };
}
interface PaymentBody {
  captured: number;
  refunds: readonly Refund[];
}
interface StockBody {
  held: number;
  taken: number;
  on_hand: number;
}

/** What the owning services say of an order, asked by HTTP, and the provider of its money. */
export async function observe(
  errand: Errand,
  operations: Client,
  ledger: StripeLedger,
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
  return {
    order: order.body.status,
    reason: order.body.cancelled?.reason ?? null,
    reserved: stock.body.held + stock.body.taken,
    onHand: stock.body.on_hand,
    net:
      payment.status === 200 ? cents(payment.body.captured - givenBack(payment.body.refunds, 'amount')) : 0,
    ticket: ticket.status === 404 ? 'none' : ticket.body.status,
    subsidyUsed: subsidy.body.used,
    answered,
    netAtProvider: minor(({ captured, refunded, disputed }) => captured - refunded - disputed) / 100,
    charges: minor(({ charges }) => charges),
    orders: own.body.items.length,
  };
}
