import { isRefusal } from '@dabba/event-store';
import { type App, Problem, parseJson, principalOf, requireVendor, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Act } from '../doors/ticket-routes.ts';
import { Id } from '../doors/view.ts';
import type { TicketCommand } from '../ticket/decide.ts';
import { isAwaited, ticketIdOf, ticketRef } from '../ticket/ticket.ts';
import { renewSecret, secretsOf } from './secrets.ts';
import { isSigned } from './signature.ts';

const Params = Type.Object({ vendor_id: Id }, { additionalProperties: false });
const Notice = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 100, description: 'Of the notice: the same one twice is one' }),
  order_id: Id,
  status: Type.Enum(['STARTED', 'READY', 'HANDED_OVER', 'REJECTED']),
});
type Notice = Type.Static<typeof Notice>;

/** S1-SVC-03: a vendor with a kitchen system of its own says how far an order is. */
export async function webhookRoutes(app: App, deps: StoreDeps, act: Act): Promise<void> {
  const { db, store, now } = deps;

  app.post(
    '/api/v1/kitchen/vendors/:vendor_id/secrets',
    {
      config: { permission: 'vendors:connect' },
      schema: {
        tags: ['kitchen'],
        summary: 'A new secret for a vendor to sign its notices with; the one before is good for a day more',
        params: Params,
        response: { 201: Type.Object({ secret: Type.String() }) },
      },
    },
    async (request, reply) => {
      const { vendor_id: vendorId } = request.params;
      requireVendor(principalOf(request), vendorId);
      return reply.code(201).send({ secret: await renewSecret(db, vendorId, now()) });
    },
  );

  await app.register(async (scope: App) => {
    // A signature is of bytes: nothing is read before it has been looked at.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: 16 * 1024 },
      async (_request: unknown, body: string | Buffer) => body,
    );
    scope.post(
      '/webhooks/vendors/:vendor_id',
      {
        config: { public: true },
        schema: {
          tags: ['kitchen'],
          summary:
            'A notice `{id, order_id, status}` of an outside vendor, signed in `dabba-signature: t=…,v1=…`',
          params: Params,
        },
      },
      async (request, reply) => {
        const { vendor_id: vendorId } = request.params;
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const header = request.headers['dabba-signature'];
        const signed = isSigned(
          typeof header === 'string' ? header : undefined,
          body,
          await secretsOf(db, vendorId, now()),
          now(),
        );
        if (!signed)
          throw new Problem({
            status: 401,
            code: 'signature-invalid',
            detail: 'It is not signed by this vendor, or not now',
          });
        const notice = parseJson(body);
        if (!Value.Check(Notice, notice))
          throw new Problem({
            status: 400,
            code: 'invalid-request',
            detail: 'It has to say id, order_id and status',
          });
        await take(vendorId, notice);
        return reply.code(204).send();
      },
    );
  });

  /** What it says is so already, or can no longer be: taken all the same, or it would come for ever. */
  async function take(vendorId: string, { id, order_id: orderId, status }: Notice): Promise<void> {
    const ticketId = ticketIdOf(orderId);
    const { state } = await store.load(ticketRef(ticketId, ''));
    // Of what its vendor has not taken yet only a refusal counts.
    const isEarly =
      state !== null && isAwaited(state) && (state.status === 'ANNOUNCED' || status !== 'REJECTED');
    if (state === null || state.vendorId !== vendorId || isEarly)
      throw new Problem({ status: 404, code: 'ticket-unknown', detail: `No ticket of ${orderId} yet` });
    const context = { actor: `vendor:${vendorId}`, now: now(), correlationId: id };
    for (const command of commandsFor(status, context.now)) {
      const outcome = await act(ticketId, command, context);
      if (isRefusal(outcome) && outcome.status >= 500)
        throw new Problem({ status: 503, code: outcome.code, detail: outcome.detail, retryAfter: 1 });
    }
  }
}

function commandsFor(status: Notice['status'], now: number): readonly TicketCommand[] {
  switch (status) {
    case 'STARTED':
      return [{ do: 'start', now }];
    case 'READY':
      return [{ do: 'complete', now }];
    case 'HANDED_OVER':
      return [
        { do: 'complete', now },
        { do: 'hand-over', now },
      ];
    case 'REJECTED':
      return [{ do: 'reject', reason: 'OTHER', now }];
    default:
      return status satisfies never;
  }
}
