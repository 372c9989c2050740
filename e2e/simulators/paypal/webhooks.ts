import { randomUUID } from 'node:crypto';
import { crc32 } from '@dabba/payments/crc32';
import type { Behaviour } from '../provider/behaviour.ts';
import type { Books } from '../provider/books.ts';
import { Deliveries } from '../provider/deliveries.ts';
import type { Signer } from './certificate.ts';
import { Draft } from './draft.ts';
import type { Thing, Webhook, WebhookEvent } from './objects.ts';
import { shown } from './shown.ts';

export type Webhooks = Deliveries<Thing, WebhookEvent, Webhook>;

/** The headers PayPal sends its notifications with. @param certUrl where the signer's certificate is had */
export function signed(
  body: string,
  { signer, certUrl, webhookId }: { signer: Signer; certUrl: string; webhookId: string },
): Record<string, string> {
  const [id, time] = [randomUUID(), new Date().toISOString()];
  return {
    'content-type': 'application/json',
    'paypal-transmission-id': id,
    'paypal-transmission-time': time,
    'paypal-transmission-sig': signer.sign([id, time, webhookId, crc32(body)].join('|')),
    'paypal-auth-algo': 'SHA256withRSA',
    'paypal-cert-url': certUrl,
  };
}

/** @param at of this PayPal, which it does not know before it listens */
export function webhooksOf(
  books: Books<Thing>,
  behaviour: Behaviour,
  at: { url: string; certUrl: string; signer: Signer },
): Webhooks {
  const of = {
    books,
    events: () => books.all('event'),
    endpoints: () => books.all('webhook'),
    wants: ({ event_types: wanted }: Webhook, { event_type }: WebhookEvent) =>
      wanted.includes('*') || wanted.includes(event_type),
    bodyOf: (event: WebhookEvent) =>
      JSON.stringify(shown(new Draft(books, { behaviour, url: at.url }), event)),
    headersOf: ({ id }: Webhook, body: string) =>
      signed(body, { signer: at.signer, certUrl: at.certUrl, webhookId: id }),
  };
  return new Deliveries(of, behaviour);
}
