import type { Client } from '../../platform/client.ts';
import { paymentOf } from '../../platform/order-ids.ts';
import { confirmAt } from '../../simulators/stripe/app.ts';
import { codeOf, command, look, type Today, wait } from '../district.ts';
import { chooseFrom, type Outlet } from './outlets.ts';

/** What becomes of an order at its customer's wish. */
export type Mood = 'hungry' | 'poor' | 'clumsy' | 'fickle' | 'cross';

interface OrderView {
  id: string;
  payment: { id: string; status: string; client_secret?: string; refunded?: number };
}

const cards = { pays: 'pm_card_visa', declines: 'pm_card_visa_chargeDeclined' };
/** Refusals a customer may meet in a healthy city. */
const lawful = new Set(['out-of-stock', 'slot-full', 'outlet-closed', 'item-unavailable']);

/** Somebody orders and pays; the order's id, if there is one to be made. */
export async function order(
  today: Today,
  who: Client,
  outlet: Outlet,
  { mood, subsidised }: { mood: Mood; subsidised: boolean },
): Promise<string | undefined> {
  const { chance, tally } = today;
  const items = await chooseFrom(today, who, outlet, (from) => chance.pick(from));
  const place = outlet.kind === 'STORE' ? { store_id: outlet.id } : { truck_id: outlet.id };
  const { status, body } = await command<OrderView>(today, who, '/api/v1/orders', {
    ...place,
    ...{ items, tip_percentage: chance.pick([0, 10, 20]), use_meal_subsidy: subsidised },
  });
  if (status !== 201) {
    const code = codeOf(body);
    tally.refuse(code);
    if (!lawful.has(code)) tally.complain(`an order: ${status} ${code}`);
    return undefined;
  }
  tally.add('placed', 1);
  if (mood === 'cross') await tipLess(today, who, body);
  return (await pay(today, who, body, mood)) ? body.id : undefined;
}

/** They have waited at this counter before. */
async function tipLess(today: Today, who: Client, { id, payment }: OrderView): Promise<void> {
  // Nobody asks before its payment is ready.
  if (payment.client_secret === undefined) return;
  const { status, body } = await command(today, who, `/api/v1/orders/${id}`, { tip_percentage: 5 }, 'patch');
  if (status !== 200 && status !== 202) today.tally.complain(`another tip: ${status} ${codeOf(body)}`);
}

/** In the app: some cards are declined, and not everybody has another. */
async function pay(today: Today, who: Client, placed: OrderView, mood: Mood): Promise<boolean> {
  const secret = placed.payment.client_secret ?? (await secretOf(today, who, placed.id));
  // The company pays for all of it.
  if (secret === null) return true;
  if (mood === 'poor' || mood === 'clumsy') {
    await confirm(today, secret, cards.declines);
    today.tally.add('declined', 1);
    if (mood === 'poor') {
      await cancel(today, who, placed.id);
      return false;
    }
  }
  await confirm(today, secret, cards.pays);
  return true;
}

/** Where Stripe was slow to answer the order came without it. */
function secretOf(today: Today, who: Client, id: string): Promise<string | null> {
  return wait(today, `order ${id} can be paid`, async () => {
    const { payment } = await look<OrderView>(today, who, `/api/v1/orders/${id}`);
    return payment.status === 'SUCCEEDED' ? null : payment.client_secret;
  });
}

function confirm(today: Today, secret: string, card: string): Promise<string> {
  return wait(today, 'Stripe answers', () =>
    confirmAt(today.stripeUrl, secret, card).catch(() => {
      today.tally.complain('Stripe does not answer');
      return undefined;
    }),
  );
}

export async function cancel(today: Today, who: Client, id: string): Promise<void> {
  const { status, body } = await command(today, who, `/api/v1/orders/${id}/cancel`, {});
  if (status === 200) today.tally.add('cancelled', 1);
  else today.tally.complain(`a cancellation: ${status} ${codeOf(body)}`);
}

/** It was cold: operations give back a part of what was paid. */
export async function complain(today: Today, id: string): Promise<void> {
  const { status, body } = await command<{ id: string }>(
    today,
    today.operations,
    `/api/v1/payments/${paymentOf(id)}/refunds`,
    { amount: 1, reason: 'COLD_FOOD' },
  );
  if (status === 202) await givenBack(today, id);
  else today.tally.complain(`a refund: ${status} ${codeOf(body)}`);
}

/** The money is back where it came from. */
export async function givenBack(today: Today, id: string): Promise<void> {
  await wait(today, `a refund of ${id}`, async () => {
    const { payment } = await look<OrderView>(today, today.operations, `/api/v1/orders/${id}`);
    return (payment.refunded ?? 0) > 0;
  });
  today.tally.add('refunded', 1);
}
