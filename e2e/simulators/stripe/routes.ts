import { cardOf, methodOf } from './cards.ts';
import type { Draft } from './draft.ts';
import { newId } from './draft.ts';
import { Failure, invalid } from './failure.ts';
import { group, list, metadataOf, type Params, text } from './form.ts';
import {
  authenticate,
  type Bank,
  cancelIntent,
  captureIntent,
  confirmIntent,
  createIntent,
  updateIntent,
} from './intents.ts';
import type { Kind, PaymentIntent, Thing } from './objects.ts';
import { closeDispute, createRefund, openDispute } from './refunds.ts';

export interface Asked {
  draft: Draft;
  params: Params;
  /** Of the path. */
  id: string;
  bank: Bank;
  /** By its publishable key somebody may only do what an object's client secret allows. */
  isClient: boolean;
}

export interface Answer {
  thing?: Thing;
  /** Instead of a thing: a page of them. */
  page?: { kind: Kind; keep?(thing: Thing): boolean };
}

type Route = [method: 'GET' | 'POST' | 'DELETE', path: string, work: (asked: Asked) => Answer];

const intentOf = ({ draft, id, params, isClient }: Asked): PaymentIntent => {
  const intent = draft.get('payment_intent', id, 'intent');
  if (isClient && text(params, 'client_secret') !== intent.client_secret)
    throw new Failure(401, { type: 'invalid_request_error', message: 'The client_secret does not match.' });
  return intent;
};

/** What may be asked of it; `_` begins what only a simulator can do. */
export const routes: readonly Route[] = [
  [
    'POST',
    '/v1/payment_intents',
    ({ draft, params, bank }) => ({ thing: createIntent(draft, params, bank) }),
  ],
  [
    'GET',
    '/v1/payment_intents',
    ({ params }) => ({
      page: { kind: 'payment_intent', keep: fitting(params, ['customer']) },
    }),
  ],
  ['GET', '/v1/payment_intents/:id', (asked) => ({ thing: intentOf(asked) })],
  [
    'POST',
    '/v1/payment_intents/:id',
    (asked) => {
      if (asked.isClient)
        throw new Failure(403, { type: 'invalid_request_error', message: 'Secret keys only.' });
      return { thing: updateIntent(asked.draft, intentOf(asked), asked.params) };
    },
  ],
  [
    'POST',
    '/v1/payment_intents/:id/confirm',
    (asked) => ({ thing: confirmIntent(asked.draft, intentOf(asked), asked.params, asked.bank) }),
  ],
  [
    'POST',
    '/v1/payment_intents/:id/capture',
    (asked) => ({ thing: captureIntent(asked.draft, intentOf(asked), asked.params) }),
  ],
  [
    'POST',
    '/v1/payment_intents/:id/cancel',
    (asked) => ({ thing: cancelIntent(asked.draft, intentOf(asked), asked.params) }),
  ],
  [
    'POST',
    '/v1/payment_intents/:id/_authenticate',
    (asked) => ({
      thing: authenticate(asked.draft, intentOf(asked), text(asked.params, 'outcome') !== 'fail', asked.bank),
    }),
  ],
  ['POST', '/v1/refunds', ({ draft, params }) => ({ thing: createRefund(draft, params) })],
  [
    'GET',
    '/v1/refunds',
    ({ params }) => ({
      page: { kind: 'refund', keep: fitting(params, ['payment_intent', 'charge']) },
    }),
  ],
  ['GET', '/v1/refunds/:id', ({ draft, id }) => ({ thing: draft.get('refund', id) })],
  ['GET', '/v1/charges/:id', ({ draft, id }) => ({ thing: draft.get('charge', id) })],
  [
    'GET',
    '/v1/charges',
    ({ params }) => ({ page: { kind: 'charge', keep: fitting(params, ['payment_intent']) } }),
  ],
  [
    'GET',
    '/v1/disputes',
    ({ params }) => ({
      page: { kind: 'dispute', keep: fitting(params, ['payment_intent', 'charge']) },
    }),
  ],
  ['GET', '/v1/disputes/:id', ({ draft, id }) => ({ thing: draft.get('dispute', id) })],
  ['POST', '/v1/_disputes', ({ draft, params }) => ({ thing: openDispute(draft, params) })],
  [
    'POST',
    '/v1/_disputes/:id',
    ({ draft, id, params }) => ({
      thing: closeDispute(draft, draft.get('dispute', id), text(params, 'outcome') === 'won'),
    }),
  ],
  [
    'GET',
    '/v1/events',
    ({ params }) => {
      const fits = fitting(params, ['type']);
      const types = new Set(list(params, 'types'));
      const isOne = (thing: Thing) => types.size === 0 || (thing.object === 'event' && types.has(thing.type));
      return { page: { kind: 'event', keep: (thing) => fits(thing) && isOne(thing) } };
    },
  ],
  ['GET', '/v1/events/:id', ({ draft, id }) => ({ thing: draft.get('event', id) })],
  ['POST', '/v1/customers', ({ draft, params }) => ({ thing: newCustomer(draft, params) })],
  ['GET', '/v1/customers/:id', ({ draft, id }) => ({ thing: draft.get('customer', id) })],
  ['POST', '/v1/payment_methods', ({ draft, params }) => ({ thing: newMethod(draft, params) })],
  ['GET', '/v1/payment_methods/:id', ({ draft, id }) => ({ thing: draft.method(id) })],
  [
    'POST',
    '/v1/payment_methods/:id/attach',
    ({ draft, id, params }) => {
      const customer = draft.get('customer', text(params, 'customer') ?? '', 'customer').id;
      const method = draft.method(id);
      // A token everybody knows becomes a method of its own when somebody takes it.
      const own = method.created === 0 ? { ...method, id: newId('pm'), created: draft.now } : method;
      const attached = draft.put({ ...own, customer });
      draft.tell('payment_method.attached', attached);
      return { thing: attached };
    },
  ],
  ['POST', '/v1/webhook_endpoints', ({ draft, params }) => ({ thing: newEndpoint(draft, params) })],
  ['GET', '/v1/webhook_endpoints', () => ({ page: { kind: 'webhook_endpoint' } })],
];

function newCustomer(draft: Draft, params: Params) {
  const customer = draft.put({
    id: newId('cus'),
    object: 'customer',
    metadata: metadataOf(params),
    created: draft.now,
    livemode: false,
  });
  draft.tell('customer.created', customer);
  return customer;
}

function newMethod(draft: Draft, params: Params) {
  const number = text(group(params, 'card'), 'number');
  if (text(params, 'type') !== 'card' || number === undefined)
    throw invalid('Missing required param: card.', 'card', 'parameter_missing');
  return draft.put(methodOf(newId('pm'), cardOf(number), draft.now));
}

function newEndpoint(draft: Draft, params: Params) {
  const url = text(params, 'url');
  if (url === undefined) throw invalid('Missing required param: url.', 'url', 'parameter_missing');
  const known = draft.all('webhook_endpoint').find((endpoint) => endpoint.url === url);
  const wanted = list(params, 'enabled_events');
  return draft.put({
    id: known?.id ?? newId('we'),
    object: 'webhook_endpoint',
    url,
    secret: known?.secret ?? newId('whsec'),
    status: 'enabled',
    enabled_events: wanted.length > 0 ? wanted : ['*'],
    created: known?.created ?? draft.now,
    livemode: false,
  });
}

/** Whether a thing is what these parameters of a list ask for: asked of very many. */
function fitting(params: Params, names: readonly string[]): (thing: Thing) => boolean {
  const created = group(params, 'created');
  const since = Number(text(created, 'gte') ?? Number(text(created, 'gt') ?? -1) + 1);
  const until = Number(text(created, 'lte') ?? Number(text(created, 'lt') ?? Infinity) - 1);
  const latest = Number.isNaN(until) ? Infinity : until;
  const wanted = names.filter((name) => text(params, name) !== undefined);
  return (thing) => {
    if (thing.created < since || thing.created > latest) return false;
    const members = new Map<string, unknown>(wanted.length > 0 ? Object.entries(thing) : []);
    return wanted.every((name) => members.get(name) === text(params, name));
  };
}
