import { type App, Problem, principalOf, type StoreDeps } from '@dabba/service-kit';
import websocket from '@fastify/websocket';
import { Type } from 'typebox';
import { Id, type Shown } from '../doors/view.ts';
import { foundKitchen } from '../doors/visible.ts';
import type { Settings } from '../settings.ts';
import { type Admission, admit, redeem } from './admission.ts';
import { openFeed } from './feed.ts';
import { Screen } from './screen.ts';

const Query = Type.Object(
  {
    ticket: Type.String({ pattern: '^[A-Za-z0-9_-]{20,80}$' }),
    after: Type.Optional(Type.Integer({ minimum: 0, description: 'The last seq this screen knows' })),
  },
  { additionalProperties: false },
);

/** Milliseconds between pings; a screen that did not answer the one before is gone. */
const heartbeat = 25_000;
/** Close codes: admission has ended; as 401 and 403 would be. */
const ended = 4401;

/** X-18, S4-CLI-05: what happens in a kitchen, as it happens, to its screens. */
export async function feedRoutes(
  app: App,
  deps: StoreDeps,
  { origins, feedFor }: Settings,
  shown: Shown,
): Promise<void> {
  const { pool, store, now } = deps;
  const feed = openFeed(deps);
  const admitted = new WeakMap<object, Admission>();

  app.post(
    '/api/v1/kitchen/outlets/:outlet_id/feed-tickets',
    {
      config: { permission: 'tickets:read' },
      schema: {
        tags: ['kitchen'],
        summary: 'Something to open `/ws/kitchen` with: good for one connection, within 30 seconds',
        params: Type.Object({ outlet_id: Id }, { additionalProperties: false }),
        response: { 201: Type.Object({ ticket: Type.String(), expires_in: Type.Integer() }) },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { outlet_id: outletId } = request.params;
      await foundKitchen(deps, outletId, principal);
      return reply.code(201).send(await admit(pool, { outletId, principal: principal.id }, now()));
    },
  );

  await app.register(websocket, { options: { maxPayload: 4096 } });
  await app.register(async (scope) => {
    scope.get(
      '/ws/kitchen',
      {
        websocket: true,
        config: { public: true },
        schema: { hide: true, querystring: Query },
        async preHandler(request) {
          const { origin } = request.headers;
          if (origin !== undefined && !origins.includes(origin))
            throw new Problem({
              status: 403,
              code: 'origin-unknown',
              detail: 'Pages of that origin may not listen',
            });
          const { ticket }: { ticket?: unknown } = { ...Object(request.query) };
          const admission = typeof ticket === 'string' ? await redeem(pool, ticket, now()) : undefined;
          if (!admission)
            throw new Problem({ status: 401, code: 'feed-ticket-used', detail: 'Ask for a new feed ticket' });
          admitted.set(request, admission);
        },
      },
      (socket, request) => {
        const admission = admitted.get(request);
        if (!admission) return socket.close(ended);
        const { after }: { after?: unknown } = { ...Object(request.query) };
        const knows = typeof after === 'number' ? after : undefined;
        const screen = new Screen(socket, admission.outletId, knows, { pool, store, shown });
        const leave = feed.join(screen);
        let alive = true;
        let until = setTimeout(() => socket.close(ended, 'admission ended'), feedFor);
        const beat = setInterval(() => {
          if (!alive) return socket.terminate();
          alive = false;
          socket.ping();
        }, heartbeat);
        socket.on('pong', () => {
          alive = true;
        });
        socket.on('message', (data) => {
          void renewal(String(data), admission.outletId).then((renewed) => {
            if (!renewed) return socket.close(ended, 'no such ticket');
            clearTimeout(until);
            until = setTimeout(() => socket.close(ended, 'admission ended'), feedFor);
          });
        });
        socket.on('close', () => {
          leave();
          clearInterval(beat);
          clearTimeout(until);
        });
        socket.on('error', () => socket.terminate());
      },
    );
  });

  /** `{"ticket": "…"}` of the same kitchen lets a screen stay. */
  async function renewal(message: string, outletId: string): Promise<boolean> {
    try {
      const { ticket }: { ticket?: unknown } = { ...Object(JSON.parse(message)) };
      if (typeof ticket !== 'string') return false;
      return (await redeem(pool, ticket, now()))?.outletId === outletId;
    } catch {
      return false;
    }
  }
}
