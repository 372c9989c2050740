import type { Books } from '../provider/books.ts';
import { cents } from './money.ts';
import type { Money, Thing } from './objects.ts';

/** What it holds, order by order, and all in all: what came in, what went out again. Hundredths of a currency's unit. */
export function ledgerOf(books: Books<Thing>) {
  const payments = books.all('order').map(({ id, status, custom_id, amount }) => {
    const mine = <T extends { order_id: string }>(all: readonly T[]) =>
      all.filter(({ order_id }) => order_id === id);
    const captures = mine(books.all('capture'));
    const holds = mine(books.all('authorization'));
    // What was not the last capture leaves the rest of its hold where it is.
    const isHeld = holds.some((hold) => hold.status === 'CREATED' || hold.status === 'PARTIALLY_CAPTURED');
    return {
      ...{ id, status, custom_id, currency: amount.currency_code },
      held: isHeld ? sum(holds) - sum(captures) : 0,
      captured: sum(captures),
      captures: captures.length,
      refunded: sum(mine(books.all('refund')).filter((refund) => refund.status !== 'FAILED')),
      disputed: sum(mine(books.all('dispute')).filter(({ outcome }) => outcome !== 'RESOLVED_SELLER_FAVOUR')),
    };
  });
  const total = (of: 'captured' | 'refunded' | 'disputed' | 'held') =>
    payments.reduce((all, payment) => all + payment[of], 0);
  const [captured, refunded, disputed, held] = [
    total('captured'),
    total('refunded'),
    total('disputed'),
    total('held'),
  ];
  return {
    payments,
    totals: { captured, refunded, disputed, held, balance: captured - refunded - disputed },
  };
}

function sum(of: readonly { amount: Money }[]): number {
  return of.reduce((all, { amount }) => all + cents(amount), 0);
}
