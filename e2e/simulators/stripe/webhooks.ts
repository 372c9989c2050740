import { createHmac } from 'node:crypto';
import type { Behaviour } from '../provider/behaviour.ts';
import type { Books } from '../provider/books.ts';
import { Deliveries } from '../provider/deliveries.ts';
import type { Endpoint, StripeEvent, Thing } from './objects.ts';

/** `t=…,v1=…` over the very bytes that are sent. @param at seconds */
export function signature(body: string, secrets: readonly string[], at: number): string {
  const signed = secrets.map((secret) => createHmac('sha256', secret).update(`${at}.${body}`).digest('hex'));
  return [`t=${at}`, ...signed.map((hex) => `v1=${hex}`)].join(',');
}

export type Webhooks = Deliveries<Thing, StripeEvent, Endpoint>;

export function webhooksOf(books: Books<Thing>, behaviour: Behaviour): Webhooks {
  const of = {
    books,
    events: () => books.all('event'),
    endpoints: () => books.all('webhook_endpoint'),
    wants: ({ enabled_events: wanted }: Endpoint, { type }: StripeEvent) =>
      wanted.includes('*') || wanted.includes(type),
    bodyOf: (event: StripeEvent) => JSON.stringify(event),
    headersOf: ({ secret }: Endpoint, body: string) => ({
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': signature(body, [secret], Math.floor(Date.now() / 1000)),
      'user-agent': 'Stripe/1.0',
    }),
  };
  return new Deliveries(of, behaviour);
}
