import { randomBytes } from 'node:crypto';
import { newId } from '@dabba/contracts';
import {
  type App,
  type Principal,
  Problem,
  principalOf,
  runCommand,
  type StoreDeps,
} from '@dabba/service-kit';
import { presentHistory } from '../history.ts';
import { answersForAll } from '../meal/claimant.ts';
import { IdParams } from '../schemas.ts';
import { answeredBy, awaitDoor, mayStillOpen, shut } from './await-door.ts';
import { doorOpener } from './open-door.ts';
import { sessionRef } from './session.ts';
import type { Wish } from './start.ts';
import { NewSession, SessionView, StartedView, sessionView, Wait } from './views.ts';

/** Milliseconds the fridge's word may be under way, and our answer to the caller, out of what the caller waits. */
const transit = 400;
const answering = 100;
/** S0-INV-06: nobody ever waits for longer than 5 s, whether for the door or only for its session, the way through a busy gateway included. */
const longest = 4_500;

export function sessionRoutes(app: App, deps: StoreDeps): void {
  const { store } = deps;
  const openDoor = doorOpener(deps);

  app.post(
    '/api/v1/fridges/:id/sessions',
    {
      config: { permission: 'sessions:open' },
      schema: {
        tags: ['sessions'],
        summary: 'Open a door: what goes out is settled at the prices shown now',
        params: IdParams,
        querystring: Wait,
        body: NewSession,
        response: { 201: StartedView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { wait } = request.query;
        const patience = wait === undefined ? longest : Math.min(wait * 1000 - answering, longest);
        // Whatever was waited for before this, as the keys of identity, is part of it.
        const by = performance.now() + patience - reply.elapsedTime;
        const principal = principalOf(request);
        const wish: Wish = {
          sessionId: newId(),
          fridgeId: request.params.id,
          door: request.body.door ?? '1',
          customerId: customerOf(principal),
          metro: principal.metro,
          commandId: newId(),
          nonce: randomBytes(16).toString('hex'),
          now: context.now,
          // Before the answer, so that whoever was refused is refused for good.
          expiresAt: context.now + Math.floor(by - performance.now()) - transit,
        };
        const refusal = shut(wish.sessionId);
        if (wish.expiresAt <= context.now) return refusal;
        return answeredBy(
          by,
          openDoor(wish, context).then((started) => {
            if (started.refused) return started;
            // A retry gets the answer that was kept (E7); its expires_at says that nobody waits for it any more.
            const isTold = wait === undefined && (started.replayed || mayStillOpen(started, deps.now()));
            return isTold ? started : awaitDoor(deps, started, by);
          }),
          refusal,
        );
      }),
  );

  app.get(
    '/api/v1/sessions/:id',
    {
      config: { permission: 'sessions:open' },
      schema: {
        tags: ['sessions'],
        summary: 'A door session with everything that happened in it',
        params: IdParams,
        response: { 200: SessionView },
      },
    },
    async (request) => {
      const { id } = request.params;
      const principal = principalOf(request);
      const { state } = await store.load(sessionRef(id, ''));
      const own = state?.customerId !== null && state?.customerId === principal.customerId;
      const timeline = await presentHistory(store, id, () => true);
      if (state === null || !(answersForAll(principal) || own || timeline[0]?.actor === principal.id))
        throw new Problem({ status: 404, code: 'session-unknown', detail: `No session ${id} of yours` });
      return sessionView(id, state, timeline);
    },
  );
}

function customerOf({ roles, customerId }: Principal): string | null {
  if (!roles.includes('customer')) return null;
  if (customerId === undefined)
    throw new Problem({ status: 403, code: 'not-a-customer', detail: 'The token names no customer' });
  return customerId;
}
