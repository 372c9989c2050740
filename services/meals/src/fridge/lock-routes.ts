import { metroOf } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import {
  type App,
  type Principal,
  principalOf,
  runCommand,
  type StoreDeps,
  typedText,
} from '@dabba/service-kit';
import { Type } from 'typebox';
import { seenInside, signsOf } from '../read-models/fleet-query.ts';
import { closed, Id, IdParams } from '../schemas.ts';
import { coldRulesOf } from './cold-rules.ts';
import { type Fridge, fridgeRef } from './fridge.ts';
import { decideClear, decideStaffLock } from './lock.ts';

const Locking = Type.Object({ reason: typedText(200, { minLength: 1 }) }, closed);
const Clearing = Type.Object({ session_id: Type.Optional(Id) }, closed);
const done = { answer: () => ({ status: 204, body: null }) };

/** What keeps a fridge from selling, and what ends that. */
export function lockRoutes(app: App, { store, db, region }: StoreDeps): void {
  app.post(
    '/api/v1/fridges/:id/lock',
    {
      config: { permission: 'fridges:command' },
      schema: {
        tags: ['fridges'],
        summary: 'Nothing is sold from a fridge, and staff alone open it, until it is cleared',
        params: IdParams,
        body: Locking,
        response: { 204: Type.Null() },
      },
    },
    (request, reply) =>
      runCommand(request, reply, (context) => {
        const { id: fridgeId } = request.params;
        const principal = principalOf(request);
        const lock = { fridgeId, reason: request.body.reason, now: context.now };
        return store.execute(
          fridgeRef(fridgeId, principal.metro ?? ''),
          (fridge) => notTheirs(fridge, fridgeId, principal) ?? decideStaffLock(fridge, lock),
          context,
          done,
        );
      }),
  );

  app.post(
    '/api/v1/fridges/:id/clear',
    {
      config: { permission: 'fridges:clear' },
      schema: {
        tags: ['fridges'],
        summary: 'Staff emptied a locked fridge and found it fit to sell again',
        params: IdParams,
        body: Clearing,
        response: { 204: Type.Null() },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: fridgeId } = request.params;
        const principal = principalOf(request);
        const ref = fridgeRef(fridgeId, principal.metro ?? '');
        const { state } = await store.load(ref);
        const refused = notTheirs(state, fridgeId, principal);
        if (refused || state.metro === null) return refused ?? unknown(fridgeId);
        const rules = coldRulesOf(metroOf(region, state.metro));
        const [inside, signs] = await Promise.all([seenInside(db, fridgeId), signsOf(db, fridgeId)]);
        const clear = {
          fridgeId,
          sessionId: request.body.session_id ?? null,
          inside: inside.map(({ meal_id }) => meal_id),
          ...signs,
          now: context.now,
        };
        return store.execute(ref, (fridge) => decideClear(fridge, clear, rules), context, done);
      }),
  );
}

function notTheirs({ metro: home }: Fridge, fridgeId: string, { metro }: Principal): Refusal | undefined {
  if (home === null) return unknown(fridgeId);
  return metro === undefined || home === metro
    ? undefined
    : refuse(403, 'other-metro', `Fridge ${fridgeId} does not stand in ${metro}`);
}

function unknown(fridgeId: string): Refusal {
  return refuse(404, 'fridge-unknown', `No fridge ${fridgeId}`);
}
