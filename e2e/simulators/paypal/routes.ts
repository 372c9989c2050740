import { type Draft, newId } from './draft.ts';
import { invalid, missing } from './failure.ts';
import type { PaymentToken, Thing, Webhook } from './objects.ts';
import {
  amendOrder,
  approve,
  authorizeOrder,
  type Body,
  captureOrder,
  createOrder,
  part,
  text,
} from './orders.ts';
import {
  captureAuthorization,
  closeDispute,
  endRefund,
  openDispute,
  refundCapture,
  voidAuthorization,
} from './payments.ts';
import { disputes, transactions, webhookEvents } from './reports.ts';
import { shown } from './shown.ts';
import { actOf } from './wallets.ts';

export interface Asked {
  draft: Draft;
  query: URLSearchParams;
  body: Body;
  /** Of the path. */
  id: string;
}

type Answer = { thing: Thing } | { shown: object };
/** Seconds for which a PayPal-Request-Id is remembered there; undefined: it takes none. */
type Remembered = number | undefined;

export interface Route {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  status: number;
  remembers: Remembered;
  work(asked: Asked): Answer;
}

const hours = 3_600;
const days = 24 * hours;

const get = (path: string, work: Route['work']): Route => ({
  ...{ method: 'GET', path, status: 200, remembers: undefined, work },
});
const post = (path: string, remembers: Remembered, work: Route['work']): Route => ({
  ...{ method: 'POST', path, status: 201, remembers, work },
});

/** What may be asked of it; what begins with `_` only a simulator can do. */
export const routes: readonly Route[] = [
  post('/v2/checkout/orders', 6 * hours, ({ draft, body }) => ({ thing: createOrder(draft, body) })),
  get('/v2/checkout/orders/:id', ({ draft, id }) => ({ thing: draft.get('order', id) })),
  {
    ...{ method: 'PATCH', path: '/v2/checkout/orders/:id', status: 200, remembers: undefined },
    work: ({ draft, id, body }) => ({ thing: amendOrder(draft, draft.get('order', id), body) }),
  },
  post('/v2/checkout/orders/:id/capture', 6 * hours, ({ draft, id, body }) => ({
    thing: captureOrder(draft, draft.get('order', id), body),
  })),
  post('/v2/checkout/orders/:id/authorize', 6 * hours, ({ draft, id, body }) => ({
    thing: authorizeOrder(draft, draft.get('order', id), body),
  })),
  get('/v2/payments/authorizations/:id', ({ draft, id }) => ({ thing: draft.get('authorization', id) })),
  post('/v2/payments/authorizations/:id/capture', 45 * days, ({ draft, id, body }) => ({
    thing: captureAuthorization(draft, draft.get('authorization', id), body),
  })),
  post('/v2/payments/authorizations/:id/void', 45 * days, ({ draft, id }) => ({
    thing: voidAuthorization(draft, draft.get('authorization', id)),
  })),
  get('/v2/payments/captures/:id', ({ draft, id }) => ({ thing: draft.get('capture', id) })),
  post('/v2/payments/captures/:id/refund', 45 * days, ({ draft, id, body }) => ({
    thing: refundCapture(draft, draft.get('capture', id), body),
  })),
  get('/v2/payments/refunds/:id', ({ draft, id }) => ({ thing: draft.get('refund', id) })),
  post('/v3/vault/payment-tokens', 3 * hours, ({ draft, body }) => ({ thing: keepToken(draft, body) })),
  get('/v3/vault/payment-tokens/:id', ({ draft, id }) => ({ thing: draft.get('payment_token', id) })),
  post('/v1/notifications/webhooks', undefined, ({ draft, body }) => ({ thing: newWebhook(draft, body) })),
  get('/v1/notifications/webhooks-events', ({ draft, query }) => ({ shown: webhookEvents(draft, query) })),
  get('/v1/reporting/transactions', ({ draft, query }) => ({ shown: transactions(draft, query) })),
  get('/v1/customer/disputes', ({ draft, query }) => ({ shown: disputes(draft, query) })),
  get('/v1/customer/disputes/:id', ({ draft, id }) => ({ thing: draft.get('dispute', id) })),
  post('/_disputes', undefined, ({ draft, body }) => ({
    thing: openDispute(draft, draft.get('capture', text(body, 'capture_id') ?? ''), text(body, 'reason')),
  })),
];

/** What a payer does at PayPal's, by no credentials of ours. */
export const payersRoutes: readonly Route[] = [
  post('/_approve/:id', undefined, ({ draft, id, body }) => ({
    thing: approve(draft, draft.get('order', id), text(body, 'wallet') ?? 'wallet_pays'),
  })),
  post('/_setup', undefined, ({ draft, body }) => {
    const wallet = text(body, 'wallet') ?? 'wallet_pays';
    if (actOf(wallet) === undefined) throw missing();
    const setup = { id: newId(), object: 'setup_token', create_time: draft.now } as const;
    return { thing: draft.put({ ...setup, customer: newId(), wallet }) };
  }),
];

/** For tests of refunds that end later, and of disputes that are decided. */
export function endOf(draft: Draft, id: string, well: boolean): object {
  const refund = draft.find('refund', id);
  return shown(
    draft,
    refund ? endRefund(draft, refund, well) : closeDispute(draft, draft.get('dispute', id), well),
  );
}

function keepToken(draft: Draft, body: Body): PaymentToken {
  const token = part(part(body, 'payment_source'), 'token');
  if (text(token, 'type') !== 'SETUP_TOKEN')
    throw invalid('MISSING_REQUIRED_PARAMETER', '/payment_source/token/type');
  const setup = draft.get('setup_token', text(token, 'id') ?? '');
  const customer = text(part(body, 'customer'), 'id') ?? setup.customer;
  const { wallet } = setup;
  return draft.put({ id: newId(), object: 'payment_token', create_time: draft.now, customer, wallet });
}

function newWebhook(draft: Draft, body: Body): Webhook {
  const url = text(body, 'url');
  if (url === null) throw invalid('MISSING_REQUIRED_PARAMETER', '/url');
  const types = Array.isArray(body.event_types) ? body.event_types : [];
  const event_types = types.flatMap((type) => text(type, 'name') ?? []);
  return draft.put({ id: newId(), object: 'webhook', create_time: draft.now, url, event_types });
}
