import type { Instant } from '@dabba/contracts';
import { type Executed, type Refusal, refuse } from '@dabba/event-store';
import { standingOf } from '../neighbours/await-intent.ts';
import type { OrdersDeps } from '../parts.ts';
import { isToConfirm } from '../read-models/order-payments.ts';

/** Milliseconds payments is given where what it was waited for has come at the very end. */
const lastMoment = 150;

/**
 * What POST /orders says in the end: the order as it was placed, with its payment as it is now. Waits a moment for that to be
 * ready; where it is not (Stripe, Kafka or payments away) the order is placed all the same, its payment PENDING.
 * Holds no connection while it waits.
 * @param since when it was asked for: what it took to place it is part of the wait
 */
export async function answerWithPayment(
  deps: OrdersDeps,
  placed: Executed<unknown>,
  signal: AbortSignal,
  since: Instant,
): Promise<Executed<unknown> | Refusal> {
  const { settings, pool, askIntent, wait, now } = deps;
  const left = () => since + settings.intentWait - now();
  const { answer } = placed;
  const { id }: { id?: unknown } = { ...Object(answer?.body) };
  if (!answer || typeof id !== 'string') return placed;
  const order = (await wait(id, Math.max(0, left()), signal)) ?? (await standingOf(pool, id));
  if (order?.cancelled === 'NO_STOCK')
    return refuse(409, 'out-of-stock', 'Something of it has just been sold out', { order_id: id });
  const told = order?.payment;
  if (!told) return placed;
  const waiting = isToConfirm(order, told);
  const within = Math.max(lastMoment, left());
  const intent = waiting ? await askIntent(told.payment_id, within) : undefined;
  const { subsidy } = told;
  const { clientSecret, provider } = intent ?? {};
  const payment = {
    ...{ id: told.payment_id, status: intent?.status ?? told.status },
    ...(provider !== undefined && { provider }),
    ...(clientSecret && { client_secret: clientSecret }),
  };
  const money = { meal_subsidy_applied: subsidy / 100, total: (order.total - subsidy) / 100 };
  return { ...placed, answer: { ...answer, body: { ...Object(answer.body), ...money, payment } } };
}
