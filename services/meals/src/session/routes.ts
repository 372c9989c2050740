import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@dabba/contracts';
import {
  type CommandContext,
  type Executed,
  isRefusal,
  type Refusal,
  refuse,
  refuseForNow,
} from '@dabba/event-store';
import {
  type App,
  type Principal,
  Problem,
  principalOf,
  runCommand,
  type StoreDeps,
} from '@dabba/service-kit';
import { Type } from 'typebox';
import { coldRulesOf } from '../fridge/cold-rules.ts';
import { fridgeRef } from '../fridge/fridge.ts';
import { refuseInMaintenance } from '../fridge/maintenance.ts';
import { mayOpen } from '../fridge/may-open.ts';
import { presentHistory } from '../history.ts';
import { sensorIn } from '../read-models/fleet-query.ts';
import { lastSignOf } from '../read-models/fridge-signs.ts';
import { unsafeIn } from '../read-models/lot-recall.ts';
import { stockOf } from '../read-models/meal-list.ts';
import { startsOf } from '../read-models/session-starts.ts';
import { HistoryEntry, Id, IdParams, Nullable, Price, Time } from '../schemas.ts';
import { sessionTimeout } from '../tasks/session-timeout.ts';
import { decideSession } from './decide.ts';
import { unfit } from './fit.ts';
import { policyFrom } from './policy.ts';
import { pricesOf } from './prices.ts';
import { sessionRef } from './session.ts';
import { startSession, type Wish } from './start.ts';

const NewSession = Type.Object(
  { door: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9]{1,10}$' })) },
  { additionalProperties: false },
);
const State = Type.Union([
  Type.Literal('OPENING'),
  Type.Literal('OPEN'),
  Type.Literal('SETTLED'),
  Type.Literal('FAILED'),
]);
const Shown = Type.Object({ meal_id: Id, sku: Id, price: Price });
const Started = Type.Object({ id: Id, state: State, expires_at: Time, prices: Type.Array(Shown) });
const SessionView = Type.Object({
  id: Id,
  fridge_id: Id,
  door: Type.String(),
  state: State,
  failure: Nullable(Type.String()),
  basket: Type.Array(Type.Object({ meal_id: Id, price: Price })),
  timeline: Type.Array(HistoryEntry),
});
const Wait = Type.Object(
  {
    wait: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 5,
        description: 'Seconds to wait for the door; a refusal after that',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Milliseconds the fridge's word may be under way, out of what the caller waits (S0-INV-06). */
const transit = 500;
const unhurried = 10_000;

/** What a customer owes, in minor units. */
export type Unpaid = (customerId: string) => Promise<number>;

export function sessionRoutes(app: App, deps: StoreDeps, unpaid: Unpaid = async () => 0): void {
  const { store, db, region, env } = deps;
  const policy = policyFrom(env);

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
        response: { 201: Started },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const asked = performance.now();
        const { wait } = request.query;
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
          expiresAt: context.now + (wait === undefined ? unhurried : wait * 1000 - transit),
        };
        const started = await start(wish, context);
        return started.refused || wait === undefined ? started : opened(started, asked + wait * 1000);
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
      const answers = principal.roles.some((role) => role === 'operations' || role === 'admin');
      const own = state?.customerId !== null && state?.customerId === principal.customerId;
      const timeline = await presentHistory(store, id, () => true);
      if (state === null || !(answers || own || timeline[0]?.actor === principal.id))
        throw new Problem({ status: 404, code: 'session-unknown', detail: `No session ${id} of yours` });
      const { fridgeId: fridge_id, door, status, failure, basket } = state;
      const lines = basket.map(({ mealId: meal_id, price: amount, currency }) => ({
        meal_id,
        price: { amount, currency },
      }));
      return { id, fridge_id, door, state: status, failure, basket: lines, timeline };
    },
  );

  async function start(wish: Wish, context: CommandContext): Promise<Executed<unknown> | Refusal> {
    const { fridgeId, sessionId, customerId, now } = wish;
    for (let tries = 0; tries < 20; tries++) {
      const { state: seen } = await store.load(fridgeRef(fridgeId, ''));
      const metro = region.metros.find(({ id }) => id === seen.metro);
      const [stock, sensor, unsafe, lastSign, recent, owed] = await Promise.all([
        stockOf(db, fridgeId),
        sensorIn(db, fridgeId),
        unsafeIn(db, fridgeId, now),
        lastSignOf(db, fridgeId),
        customerId === null ? 0 : startsOf(db, customerId, now - policy.window),
        customerId === null ? 0 : unpaid(customerId),
      ]);
      const prices = metro ? pricesOf(stock, metro, now) : [];
      const session = sessionRef(sessionId, seen.metro ?? '');
      const fridge = fridgeRef(fridgeId, seen.metro ?? '');
      const others = new Map(
        seen.openings.map((each) => [each.sessionId, sessionRef(each.sessionId, session.metro)]),
      );
      const outcome = await store.transact(
        [session, fridge, ...others.values()],
        (unit) => {
          const { state } = unit.load(fridge);
          if (state.openings.some((each) => !others.has(each.sessionId))) return lookAgain;
          const decided = startSession(
            {
              fridge: state,
              others: [...others.values()].map((other) => unit.load(other).state),
              prices,
              unfit: (metro && mayOpen(state, sensor, coldRulesOf(metro), now)) ?? unfit(unsafe),
              lastSign,
              recent,
              unpaid: owed,
              maintenance: metro && refuseInMaintenance(metro, now),
            },
            wish,
            policy,
          );
          if (isRefusal(decided)) return decided;
          unit.append(session, [decided.session]);
          unit.append(fridge, [decided.fridge]);
          unit.enqueue(sessionTimeout({ sessionId, metro: session.metro }, 'opening', wish.expiresAt));
          return sessionId;
        },
        context,
        {
          answer: () => ({
            status: 201,
            headers: { location: `/api/v1/sessions/${sessionId}` },
            body: present(wish, prices),
          }),
        },
      );
      if (!(outcome.refused && outcome.code === lookAgain.code)) return outcome;
    }
    return lookAgain;
  }

  /** Waits for the fridge; a door that did not open by then is given up, so that it never opens later. */
  async function opened(started: Executed<unknown>, until: number): Promise<Executed<unknown> | Refusal> {
    const { answer } = started;
    const { id }: { id?: unknown } = { ...Object(answer?.body) };
    if (!answer || typeof id !== 'string') return started;
    const session = sessionRef(id, '');
    let { state } = await store.load(session);
    while (state?.status === 'OPENING' && performance.now() < until) {
      await pause(25);
      ({ state } = await store.load(session));
    }
    if (state?.status === 'OPENING') {
      const command = { do: 'time-out', sessionId: id, now: Math.max(deps.now(), state.expiresAt) } as const;
      const context = { actor: 'meals', now: command.now };
      const given = await store.execute(session, (current) => decideSession(current, command), context);
      if (given.refused) return given;
      ({ state } = await store.load(session));
    }
    if (state === null || (state.status === 'FAILED' && state.openedAt === null))
      return refuse(504, 'fridge-did-not-answer', 'The fridge did not answer; its door stays shut');
    return { ...started, answer: { ...answer, body: { ...Object(answer.body), state: state.status } } };
  }
}

/** The openings of the fridge changed between looking and deciding. */
const lookAgain = refuseForNow('busy', 'Too many want this fridge at once');

function customerOf({ roles, customerId }: Principal): string | null {
  if (!roles.includes('customer')) return null;
  if (customerId === undefined)
    throw new Problem({ status: 403, code: 'not-a-customer', detail: 'The token names no customer' });
  return customerId;
}

function present({ sessionId, expiresAt }: Wish, prices: ReturnType<typeof pricesOf>) {
  return {
    id: sessionId,
    state: 'OPENING',
    expires_at: new Date(expiresAt).toISOString(),
    prices: prices.map(({ mealId: meal_id, sku, price: amount, currency }) => ({
      meal_id,
      sku,
      price: { amount, currency },
    })),
  };
}
