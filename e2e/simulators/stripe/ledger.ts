import type { Books } from '../provider/books.ts';
import type { Thing } from './objects.ts';

/** What it holds, payment by payment, and all in all: what came in, what went out again. Minor units. */
export function ledgerOf(books: Books<Thing>) {
  const refunds = books.all('refund');
  const disputes = books.all('dispute');
  const payments = books.all('payment_intent').map((intent) => {
    const mine = <T extends { payment_intent: string }>(all: readonly T[]) =>
      all.filter(({ payment_intent }) => payment_intent === intent.id);
    return {
      id: intent.id,
      status: intent.status,
      currency: intent.currency,
      metadata: intent.metadata,
      authorised: intent.amount_capturable + intent.amount_received,
      captured: intent.amount_received,
      charges: mine(books.all('charge')).filter(({ captured }) => captured).length,
      refunded: sum(mine(refunds).filter(({ status }) => status !== 'failed')),
      disputed: sum(mine(disputes).filter(({ status }) => status !== 'won')),
    };
  });
  const total = (of: 'captured' | 'refunded' | 'disputed') =>
    payments.reduce((all, payment) => all + payment[of], 0);
  const [captured, refunded, disputed] = [total('captured'), total('refunded'), total('disputed')];
  const held = books.all('payment_intent').reduce((all, { amount_capturable }) => all + amount_capturable, 0);
  return {
    payments,
    totals: { captured, refunded, disputed, held, balance: captured - refunded - disputed },
  };
}

function sum(of: readonly { amount: number }[]): number {
  return of.reduce((all, { amount }) => all + amount, 0);
}
