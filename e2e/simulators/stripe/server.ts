import { Behaviour } from '../provider/behaviour.ts';
import { Books } from '../provider/books.ts';
import { send } from '../provider/mischief.ts';
import { providerApp } from '../provider/server.ts';
import { readerOf } from '../serving.ts';
import { newId } from './draft.ts';
import { Stripe } from './handle.ts';
import { ledgerOf } from './ledger.ts';
import type { Thing } from './objects.ts';
import { routes } from './routes.ts';
import { webhooksOf } from './webhooks.ts';

const behaviourOf = readerOf(Behaviour);

export interface StripeOptions {
  /** Default: any free one. */
  port?: number;
  /** File of its books. */
  ledger: string;
  /** Whom it tells of events from the beginning; others by `POST /v1/webhook_endpoints`. */
  webhook?: Webhook;
  behaviour?: object;
}

export interface Webhook {
  url: string;
  secret: string;
  /** Types of events it is subscribed to; default: all. */
  events?: readonly string[];
}

export interface RunningStripe {
  /** `http://127.0.0.1:5092` */
  url: string;
  books: Books<Thing>;
  stripe: Stripe;
  /** As `PUT /_behaviour` does. @throws for what is no behaviour */
  behave(behaviour: unknown): void;
  /** Whom it tells from now on. */
  tell(url: string, secret: string): void;
  close(): Promise<void>;
}

/** Stripe's API as far as Dabba uses it; `GET /_ledger` and `PUT /_behaviour` are the simulator's own. */
export async function startStripe(options: StripeOptions): Promise<RunningStripe> {
  const books = new Books<Thing>(options.ledger);
  const tell = (url: string, secret: string) => addEndpoint(books, { url, secret });
  if (options.webhook) addEndpoint(books, options.webhook);
  const behaviour = behaviourOf(options.behaviour ?? {});
  const webhooks = webhooksOf(books, behaviour);
  const stripe = new Stripe(books, webhooks, { behaviour, url: '' });
  const behave = (given: unknown) => stripe.behave(behaviourOf(given));
  stripe.behave(behaviour);

  const app = providerApp({
    ledger: () => ledgerOf(books),
    behaviour: () => stripe.bank.behaviour,
    behave,
    end: (id, well) => stripe.end(id, well),
  });
  for (const [method, url, work] of routes)
    app.route<{ Params: { id?: string } }>({
      method,
      url,
      async handler(request, reply) {
        const { headers, params, body } = request;
        const [path = '', query = ''] = request.url.split('?');
        const key = headers['idempotency-key'];
        const reached = await stripe.handle(
          {
            method,
            path,
            id: params.id ?? '',
            params: [query, typeof body === 'string' ? body : ''].filter((part) => part !== '').join('&'),
            key: Array.isArray(key) ? key[0] : key,
            authorization: headers.authorization,
          },
          work,
        );
        return send(reply, reached);
      },
    });
  app.setNotFoundHandler((request, reply) => {
    const message = `Unrecognized request URL (${request.method}: ${request.url.split('?')[0]})`;
    return reply.code(404).send({ error: { type: 'invalid_request_error', message } });
  });
  const url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  stripe.bank.url = url;
  return {
    url,
    books,
    stripe,
    behave,
    tell,
    async close() {
      webhooks.stop();
      await app.close();
      books.close();
    },
  };
}

function addEndpoint(books: Books<Thing>, { url, secret, events = ['*'] }: Webhook): void {
  const known = books.all('webhook_endpoint').find((endpoint) => endpoint.url === url);
  if (known?.secret === secret && known.enabled_events.join() === events.join()) return;
  const created = Math.floor(Date.now() / 1000);
  const id = known?.id ?? newId('we');
  const endpoint = { id, object: 'webhook_endpoint', url, secret, status: 'enabled' } as const;
  books.write({ things: [{ ...endpoint, enabled_events: [...events], created, livemode: false }] });
}
