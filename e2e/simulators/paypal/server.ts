import type { FastifyInstance } from 'fastify';
import { Behaviour } from '../provider/behaviour.ts';
import { Books } from '../provider/books.ts';
import { type Reply, send } from '../provider/mischief.ts';
import { providerApp } from '../provider/server.ts';
import { readerOf } from '../serving.ts';
import { newSigner } from './certificate.ts';
import { newId } from './draft.ts';
import { Failure } from './failure.ts';
import { Paypal, refused } from './handle.ts';
import { ledgerOf } from './ledger.ts';
import type { Thing } from './objects.ts';
import { payersRoutes, type Route, routes } from './routes.ts';
import { type Credentials, SignIn, simulated } from './sign-in.ts';
import { webhooksOf } from './webhooks.ts';

const behaviourOf = readerOf(Behaviour);

export interface PaypalOptions {
  /** Default: any free one. */
  port?: number;
  /** File of its books. */
  ledger: string;
  credentials?: Credentials;
  /** Whom it tells of events from the beginning; others by `POST /v1/notifications/webhooks`. */
  webhook?: { url: string; id: string };
  behaviour?: object;
}

export interface RunningPaypal {
  /** `http://127.0.0.1:5094` */
  url: string;
  books: Books<Thing>;
  paypal: Paypal;
  signIn: SignIn;
  /** As `PUT /_behaviour` does. @throws for what is no behaviour */
  behave(behaviour: unknown): void;
  /** Whom it tells from now on. @param id of the webhook, which its signatures are made of */
  tell(url: string, id: string): void;
  close(): Promise<void>;
}

/** PayPal's API as far as Dabba uses it; `GET /_ledger` and `PUT /_behaviour` are the simulator's own. */
export async function startPaypal(options: PaypalOptions): Promise<RunningPaypal> {
  const books = new Books<Thing>(options.ledger);
  const tell = (url: string, id: string) => addWebhook(books, url, id);
  if (options.webhook) tell(options.webhook.url, options.webhook.id);
  const behaviour = behaviourOf(options.behaviour ?? {});
  const signer = newSigner();
  const certPath = `/v1/notifications/certs/CERT-${newId()}`;
  const at = { url: '', certUrl: '', signer };
  const webhooks = webhooksOf(books, behaviour, at);
  const paypal = new Paypal(books, webhooks, behaviour);
  const behave = (given: unknown) => paypal.behave(behaviourOf(given));
  const signIn = new SignIn(options.credentials ?? simulated);

  const app = providerApp({
    ledger: () => ledgerOf(books),
    behaviour: () => paypal.behaviour,
    behave,
    end: (id, well) => paypal.end(id, well),
  });
  for (const route of routes) serve(app, paypal, route, (authorization) => signIn.admits(authorization));
  for (const route of payersRoutes) serve(app, paypal, route, () => true);
  app.post('/v1/oauth2/token', async ({ headers }, reply) => {
    const granted = signIn.grant(headers.authorization);
    return granted ?? reply.code(401).send({ error: 'invalid_client' });
  });
  app.get(certPath, async (_, reply) => reply.type('text/plain').send(signer.certificate));
  at.url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  at.certUrl = `${at.url}${certPath}`;
  paypal.url = at.url;
  return {
    ...{ url: at.url, books, paypal, signIn, behave, tell },
    async close() {
      webhooks.stop();
      await app.close();
      books.close();
    },
  };
}

function serve(
  app: FastifyInstance,
  paypal: Paypal,
  route: Route,
  admits: (authorization: string | undefined) => boolean,
): void {
  app.route<{ Params: { id?: string } }>({
    method: route.method,
    url: route.path,
    async handler(request, reply) {
      const { headers, params } = request;
      const [path = '', query = ''] = request.url.split('?');
      const key = headers['paypal-request-id'];
      const reached: Reply = admits(headers.authorization)
        ? await paypal.handle(
            {
              path,
              query: new URLSearchParams(query),
              id: params.id ?? '',
              body: { ...Object(request.body) },
              key: typeof key === 'string' ? key : undefined,
              isWhole: route.method === 'GET' || headers.prefer === 'return=representation',
            },
            route,
          )
        : refused(new Failure(401, 'INVALID_TOKEN'));
      return send(reply, reached);
    },
  });
}

function addWebhook(books: Books<Thing>, url: string, id: string): void {
  if (books.all('webhook').some((known) => known.url === url && known.id === id)) return;
  const create_time = new Date().toISOString();
  books.write({ things: [{ id, object: 'webhook', url, event_types: ['*'], create_time }] });
}
