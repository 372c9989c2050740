import { metroOf } from '@dabba/contracts';
import { isRefusal } from '@dabba/event-store';
import {
  type App,
  homeMetro,
  Jwks,
  Problem,
  principalOf,
  runCommand,
  type StoreDeps,
  typedText,
} from '@dabba/service-kit';
import { Type } from 'typebox';
import { exposureOf } from '../read-models/exposure.ts';
import { Id, Time } from '../schemas.ts';
import { type DeniedCommand, decideDenied, deniedRef } from './denied.ts';
import { ExposureView, exposureView } from './exposure-view.ts';
import { issuePoliciesNow } from './issue-policies.ts';
import { policyKeys } from './keys.ts';

const Customer = Type.Object({ customer_id: Id }, { additionalProperties: false });
const Where = Type.Object({ metro: Type.Optional(Id) }, { additionalProperties: false });
const Denial = Type.Object({ customer_id: Id, reason: Type.String(), denied_at: Time });

export function offlineRoutes(app: App, { store, db, region, env, now }: StoreDeps): void {
  const keys = policyKeys(db, now, env.OFFLINE_POLICY_KEY);

  app.get(
    '/api/v1/offline/keys',
    {
      config: { public: true },
      schema: {
        tags: ['offline'],
        summary: 'Keys by which fridges check their policies; each is pinned when a fridge is set up',
        response: { 200: Jwks },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=60');
      return await keys.jwks();
    },
  );

  app.get(
    '/api/v1/offline/denied',
    {
      config: { permission: 'offline:manage' },
      schema: {
        tags: ['offline'],
        summary: 'Customers who get nothing from a fridge that decides alone',
        querystring: Where,
        response: { 200: Type.Object({ items: Type.Array(Denial) }) },
      },
    },
    async (request) => {
      const metro = homeMetro(region, principalOf(request), request.query.metro);
      if (isRefusal(metro)) throw new Problem(metro);
      const { state } = await store.load(deniedRef(metro.id));
      const items = Object.entries(state.denied).map(([customer_id, { reason, at }]) => ({
        customer_id,
        reason,
        denied_at: new Date(at).toISOString(),
      }));
      return { items: items.sort((one, other) => (one.customer_id < other.customer_id ? -1 : 1)) };
    },
  );

  app.put(
    '/api/v1/offline/denied/:customer_id',
    {
      config: { permission: 'offline:manage' },
      schema: {
        tags: ['offline'],
        summary: 'Deny a customer what fridges sell by themselves; they hear of it at once, if they can',
        params: Customer,
        querystring: Where,
        body: Type.Object(
          { reason: typedText(200, { minLength: 1, pattern: '^[^\\u0000-\\u001f]*$' }) },
          { additionalProperties: false },
        ),
        response: { 200: Denial },
      },
    },
    (request, reply) =>
      runCommand(request, reply, (context) => {
        const metro = homeMetro(region, principalOf(request), request.query.metro);
        if (isRefusal(metro)) return metro;
        const { customer_id: customerId } = request.params;
        const { reason } = request.body;
        const denied_at = new Date(context.now).toISOString();
        const body = { customer_id: customerId, reason, denied_at };
        const command = { do: 'deny', metro: metro.id, customerId, reason, now: context.now } as const;
        return change(command, context, { status: 200, body });
      }),
  );

  app.delete(
    '/api/v1/offline/denied/:customer_id',
    {
      config: { permission: 'offline:manage' },
      schema: {
        tags: ['offline'],
        summary: 'Deny a customer no longer',
        params: Customer,
        querystring: Where,
        response: { 204: Type.Null() },
      },
    },
    (request, reply) =>
      runCommand(request, reply, (context) => {
        const metro = homeMetro(region, principalOf(request), request.query.metro);
        if (isRefusal(metro)) return metro;
        const { customer_id: customerId } = request.params;
        const command = { do: 'allow', metro: metro.id, customerId, now: context.now } as const;
        return change(command, context, { status: 204, body: null });
      }),
  );

  app.get(
    '/api/v1/offline/exposure',
    {
      config: { permission: 'offline:manage' },
      schema: {
        tags: ['offline'],
        summary:
          'What fridges sold by themselves on a UTC day: money at risk against what would have been refused',
        querystring: Type.Object(
          { day: Type.String({ format: 'date' }), fridge_id: Type.Optional(Id) },
          { additionalProperties: false },
        ),
        response: { 200: ExposureView },
      },
    },
    async (request) => {
      const { day, fridge_id: fridgeId } = request.query;
      const { metro } = principalOf(request);
      return { items: exposureView(await exposureOf(db, { metro, day, fridgeId })) };
    },
  );

  function change(
    command: DeniedCommand,
    context: Parameters<typeof store.transact>[2],
    answer: { status: number; body: unknown },
  ) {
    const list = deniedRef(metroOf(region, command.metro).id);
    return store.transact(
      [list],
      (unit) => {
        const events = decideDenied(unit.load(list).state, command);
        if (isRefusal(events)) return events;
        unit.append(list, events);
        if (events.length > 0) unit.enqueue(issuePoliciesNow(command.metro));
        return undefined;
      },
      context,
      { answer: () => answer },
    );
  }
}
