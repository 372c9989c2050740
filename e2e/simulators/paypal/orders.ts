import { declinedBy } from '../provider/behaviour.ts';
import { type Draft, newId } from './draft.ts';
import { Failure, invalid, missing, unprocessable } from './failure.ts';
import { cents, moneyOf } from './money.ts';
import type { Authorization, Capture, Order, Wallet } from './objects.ts';
import { actOf } from './wallets.ts';

const day = 86_400_000;

export type Body = Readonly<Record<string, unknown>>;
export const part = (of: unknown, name: string): unknown => ({ ...Object(of) })[name];
export const text = (of: unknown, name: string): string | null => {
  const value = part(of, name);
  return typeof value === 'string' && value !== '' ? value : null;
};

export function createOrder(draft: Draft, body: Body): Order {
  const { intent, purchase_units: units } = body;
  if (intent !== 'CAPTURE' && intent !== 'AUTHORIZE') throw invalid('MISSING_REQUIRED_PARAMETER', '/intent');
  if (!Array.isArray(units) || units.length !== 1)
    throw invalid('MISSING_REQUIRED_PARAMETER', '/purchase_units');
  const [unit] = units;
  return draft.put({
    id: newId(),
    object: 'order',
    create_time: draft.now,
    intent,
    status: 'CREATED',
    reference_id: text(unit, 'reference_id') ?? 'default',
    custom_id: text(unit, 'custom_id'),
    invoice_id: text(unit, 'invoice_id'),
    amount: moneyOf(part(unit, 'amount'), '/purchase_units/@0/amount'),
    wallet: null,
  });
}

/** Another amount is all that can be asked for, by JSON Patch. */
export function amendOrder(draft: Draft, order: Order, body: Body): Order {
  if (order.status === 'COMPLETED') throw unprocessable('ORDER_ALREADY_COMPLETED');
  const operation = part(body, '0');
  const path = `/purchase_units/@reference_id=='${order.reference_id}'/amount`;
  if (text(operation, 'op') !== 'replace' || text(operation, 'path') !== path)
    throw unprocessable('PATCH_PATH_REQUIRED');
  return draft.put({ ...order, amount: moneyOf(part(operation, 'value'), '/amount') });
}

/** What a payer does at PayPal's, in the app: agrees to the order, by this wallet; to another one after a decline. */
export function approve(draft: Draft, order: Order, wallet: Wallet): Order {
  if (order.status === 'COMPLETED') throw unprocessable('ORDER_ALREADY_COMPLETED');
  if (actOf(wallet) === undefined) throw missing();
  const agreed = draft.put<Order>({ ...order, status: 'APPROVED', wallet });
  draft.tell('CHECKOUT.ORDER.APPROVED', agreed);
  return agreed;
}

export function captureOrder(draft: Draft, order: Order, body: Body): Order {
  const { done, wallet } = completed(draft, order, body, 'CAPTURE');
  takeMoney(draft, { ...ofOrder(draft, order), amount: order.amount, authorization_id: null, wallet });
  draft.tell('CHECKOUT.ORDER.COMPLETED', done);
  return done;
}

export function authorizeOrder(draft: Draft, order: Order, body: Body): Order {
  const { done, wallet } = completed(draft, order, body, 'AUTHORIZE');
  const held = draft.put<Authorization>({
    ...ofOrder(draft, order),
    id: newId(),
    object: 'authorization',
    status: 'CREATED',
    amount: order.amount,
    expiration_time: new Date(Date.parse(draft.now) + 29 * day).toISOString(),
    wallet,
  });
  draft.tell('PAYMENT.AUTHORIZATION.CREATED', held);
  return done;
}

function completed(draft: Draft, order: Order, body: Body, intent: Order['intent']) {
  if (order.intent !== intent) throw unprocessable('ACTION_DOES_NOT_MATCH_INTENT');
  if (order.status === 'COMPLETED') throw unprocessable(`ORDER_ALREADY_${intent}D`);
  const wallet = paidBy(draft, order, body);
  return { done: draft.put<Order>({ ...order, status: 'COMPLETED', wallet }), wallet };
}

/** Money that comes in, of an order or of what is held for it. */
export function takeMoney(
  draft: Draft,
  what: Omit<Capture, 'id' | 'object' | 'status' | 'final_capture'>,
): Capture {
  const taken = draft.put<Capture>({
    ...what,
    id: newId(),
    object: 'capture',
    status: 'COMPLETED',
    final_capture: true,
  });
  draft.tell('PAYMENT.CAPTURE.COMPLETED', taken);
  return taken;
}

function ofOrder({ now }: Draft, { id, custom_id, invoice_id }: Order) {
  return { order_id: id, custom_id, invoice_id, create_time: now };
}

/** The wallet that pays for it: one that is kept, or the one its payer agreed to it by. @throws Failure where none does */
function paidBy(draft: Draft, order: Order, body: Body): Wallet {
  const kept = text(part(part(body, 'payment_source'), 'paypal'), 'vault_id');
  const wallet = kept === null ? order.wallet : keptWallet(draft, kept);
  if (wallet === null) throw unprocessable('ORDER_NOT_APPROVED');
  // By default PayPal lets an invoice be paid once.
  const isPaid = ({ order_id, invoice_id }: Authorization | Capture) =>
    order_id !== order.id && invoice_id !== null && invoice_id === order.invoice_id;
  if (draft.all('capture').some(isPaid) || draft.all('authorization').some(isPaid))
    throw unprocessable('DUPLICATE_INVOICE_ID');
  const act = actOf(wallet);
  const told = declinedBy(draft.behaviour, wallet, cents(order.amount));
  if (told || act === 'declines') throw unprocessable(told?.code ?? 'INSTRUMENT_DECLINED');
  // Who agrees in person has been asked.
  if (act === 'asks' && kept !== null) {
    draft.put({ ...order, status: 'PAYER_ACTION_REQUIRED' });
    throw new Failure(422, 'PAYER_ACTION_REQUIRED', { keeps: true });
  }
  return wallet;
}

function keptWallet(draft: Draft, id: string): Wallet {
  const token = draft.find('payment_token', id);
  if (token) return token.wallet;
  // Those that are there without having been kept.
  if (actOf(id) === undefined) throw missing();
  return id;
}
