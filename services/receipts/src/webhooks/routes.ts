import { type App, Problem, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { ContractBook } from '../contract/book.ts';
import { rowsAndEvents } from '../rows-and-events.ts';
import { refusedUrl } from './address.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { webhookRef } from './endpoint.ts';
import { webhookMetrics } from './metrics.ts';
import { clientOf, ownEndpoint } from './owner.ts';
import { endpointsOf, putEndpoint } from './rows.ts';
import { webhookSettings } from './settings.ts';
import { newSecret } from './signature.ts';
import { ends as everyEnd } from './tell.ts';
import { Body, EndpointView, endpointView, Params } from './views.ts';

const tags = ['receipts'];
const config = { permission: 'receipts:read' } as const;
/** Endpoints of a client. */
const most = 5;
/** For which an old secret signs beside the new one. */
const overlap = 24 * 3_600_000;

/** Where a client wants to hear of the ends of its receipts, instead of asking. @throws ConfigError */
export function webhookRoutes(app: App, deps: StoreDeps, contracts: ContractBook): void {
  const { pool, now, env } = deps;
  const { network } = webhookSettings(env);
  webhookMetrics(app, deps);
  deliveryRoutes(app, deps, contracts);

  app.get(
    '/api/v1/receipt-webhooks',
    {
      config,
      schema: {
        tags,
        summary: 'Your endpoints',
        response: { 200: Type.Object({ items: Type.Array(EndpointView) }) },
      },
    },
    async (request) => {
      const { client } = await clientOf(request, contracts, now());
      const rows = await endpointsOf(pool, client);
      return { items: rows.map((row) => endpointView(row, now())) };
    },
  );

  app.get(
    '/api/v1/receipt-webhooks/:webhook_id',
    { config, schema: { tags, summary: 'One endpoint', params: Params, response: { 200: EndpointView } } },
    async (request) => {
      const { client } = await clientOf(request, contracts, now());
      return endpointView(await ownEndpoint(deps, client, request.params.webhook_id), now());
    },
  );

  app.put(
    '/api/v1/receipt-webhooks/:webhook_id',
    {
      config,
      schema: {
        tags,
        summary:
          'Hear of ends at this URL; set again, it is switched on again. The secret of a new one is shown once',
        params: Params,
        body: Body,
        response: { 200: EndpointView, 201: EndpointView },
      },
    },
    async (request, reply) => {
      const at = now();
      const { client, metro } = await clientOf(request, contracts, at);
      const { webhook_id: name } = request.params;
      const { url, ends = [...everyEnd] } = request.body;
      const refused = refusedUrl(url, network);
      if (refused !== undefined)
        throw new Problem({
          status: 422,
          code: 'webhook-url-refused',
          detail: refused,
          errors: [{ in: 'body', pointer: '#/url', detail: refused }],
        });
      const others = (await endpointsOf(pool, client)).filter((row) => row.name !== name);
      if (others.length >= most)
        throw new Problem({ status: 409, code: 'too-many-webhooks', detail: `A client has up to ${most}.` });
      const secret = newSecret();
      const context = { actor: client, now: at };
      const isNew = await rowsAndEvents(deps, webhookRef({ client, name }, metro), context, async (tx) => {
        const put = await putEndpoint(tx, { client, name, metro, url, ends, secret, at });
        const data = { clientId: client, webhookId: name, host: new URL(url).host, ends, setAt: at };
        return { result: put.isNew, events: [{ type: 'ReceiptWebhookSet', data }] };
      });
      const row = await ownEndpoint(deps, client, name);
      return reply.code(isNew ? 201 : 200).send(endpointView(row, at, isNew ? secret : undefined));
    },
  );

  app.post(
    '/api/v1/receipt-webhooks/:webhook_id/secret',
    {
      config,
      schema: {
        tags,
        summary: 'A new secret, shown once; for a day both sign',
        params: Params,
        response: { 200: EndpointView },
      },
    },
    async (request) => {
      const at = now();
      const { client } = await clientOf(request, contracts, at);
      const { webhook_id: name } = request.params;
      const secret = newSecret();
      // Two are valid at once: rolled over again, the one before the last is.
      await pool.query(
        `update webhook_endpoints
            set secrets = jsonb_build_array(jsonb_build_object('secret', $3::text, 'until', null),
                                            jsonb_build_object('secret', secrets -> 0 -> 'secret', 'until', $4::text))
          where client = $1 and name = $2`,
        [client, name, secret, new Date(at + overlap).toISOString()],
      );
      return endpointView(await ownEndpoint(deps, client, name), at, secret);
    },
  );

  app.delete(
    '/api/v1/receipt-webhooks/:webhook_id',
    {
      config,
      schema: {
        tags,
        summary: 'Hear nothing there any more',
        params: Params,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const at = now();
      const { client, metro } = await clientOf(request, contracts, at);
      const { webhook_id: name } = request.params;
      await ownEndpoint(deps, client, name);
      const context = { actor: client, now: at };
      await rowsAndEvents(deps, webhookRef({ client, name }, metro), context, async (tx) => {
        const { rowCount } = await tx.query('delete from webhook_endpoints where client = $1 and name = $2', [
          client,
          name,
        ]);
        const data = { clientId: client, webhookId: name, removedAt: at };
        return { result: undefined, events: rowCount ? [{ type: 'ReceiptWebhookRemoved', data }] : [] };
      });
      return reply.code(204).send(null);
    },
  );
}
