import { metroOf, newId } from '@dabba/contracts';
import { type App, principalOf, runCommand } from '@dabba/service-kit';
import { answerWith, change, mayActFor } from '../acting.ts';
import type { CatalogDeps } from '../parts.ts';
import { IdParams } from '../schemas.ts';
import {
  Closure,
  changesOf,
  definitionOf,
  hoursOf,
  NewDelivery,
  NewHours,
  NewOutlet,
  OutletChanges,
  zonesOf,
} from './bodies.ts';
import { decideOutlet, type OutletCommand } from './decide.ts';
import { kinds, type Names, theOutlet } from './known-outlet.ts';
import { outletListingRoutes } from './listing-routes.ts';
import { type Outlet, outletRef } from './outlet.ts';
import { outletReadingRoutes } from './reading-routes.ts';
import { OutletView, outletView } from './view.ts';

/** Stores and trucks (S2-VEN-04, -05, S4-SVC-07): the same doors under two names. */
export function outletRoutes(app: App, deps: CatalogDeps): void {
  for (const names of kinds) {
    joining(app, deps, names);
    outletListingRoutes(app, deps, names);
    outletReadingRoutes(app, deps, names);
    changing(app, deps, names);
  }
}

type Request = Parameters<typeof change>[1];
type Context = Parameters<typeof change>[2];

function joining(app: App, deps: CatalogDeps, { kind, path, prefix, one }: Names): void {
  const { region } = deps;
  const tags = [path];
  app.post(
    `/api/v1/vendors/:id/${path}`,
    {
      config: { permission: 'outlets:change' },
      schema: {
        tags,
        summary: `Add ${one} to a vendor`,
        params: IdParams,
        body: NewOutlet,
        response: { 201: OutletView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: vendorId } = request.params;
        const vendor = await mayActFor(deps, principalOf(request), vendorId);
        const metro = metroOf(region, vendor.metro);
        const outletId = request.body.id ?? newId(prefix);
        const as = definitionOf(request.body, metro);
        const command = {
          do: 'open-up',
          outletId,
          vendorId,
          kind,
          zone: metro.zone,
          as,
          now: context.now,
        } as const;
        return changeOutlet(
          deps,
          request,
          context,
          outletRef(outletId, metro.id),
          command,
          `/api/v1/${path}/${outletId}`,
        );
      }),
  );
}

function changing(app: App, deps: CatalogDeps, { kind, path, one }: Names): void {
  const tags = [path];
  const response = { 200: OutletView };
  const params = IdParams;

  app.patch(
    `/api/v1/${path}/:id`,
    {
      config: { permission: 'outlets:change' },
      schema: { tags, summary: `Change ${one}`, params, body: OutletChanges, response },
    },
    (request, reply) =>
      runCommand(request, reply, (context) =>
        act(request, context, { do: 'change', to: changesOf(request.body) }),
      ),
  );
  app.put(
    `/api/v1/${path}/:id/hours`,
    {
      config: { permission: 'outlets:hours' },
      schema: {
        tags,
        summary: 'Its week and the days that differ, all of it',
        params,
        body: NewHours,
        response,
      },
    },
    (request, reply) =>
      runCommand(request, reply, (context) =>
        act(request, context, { do: 'set-hours', hours: hoursOf(request.body) }),
      ),
  );
  app.put(
    `/api/v1/${path}/:id/delivery`,
    {
      config: { permission: 'outlets:change' },
      schema: { tags, summary: 'Where it delivers to, all of it', params, body: NewDelivery, response },
    },
    (request, reply) =>
      runCommand(request, reply, (context) =>
        act(request, context, { do: 'set-delivery', zones: zonesOf(request.body) }),
      ),
  );
  app.post(
    `/api/v1/${path}/:id/close`,
    {
      config: { permission: 'outlets:hours' },
      schema: { tags, summary: 'Take no orders for a while', params, body: Closure, response },
    },
    (request, reply) =>
      runCommand(request, reply, (context) => {
        const { reason, until = null } = request.body;
        return act(request, context, {
          do: 'close',
          reason,
          until: until === null ? null : Date.parse(until),
        });
      }),
  );
  app.post(
    `/api/v1/${path}/:id/reopen`,
    {
      config: { permission: 'outlets:hours' },
      schema: { tags, summary: 'Take orders again', params, response },
    },
    (request, reply) => runCommand(request, reply, (context) => act(request, context, { do: 'reopen' })),
  );
  app.delete(
    `/api/v1/${path}/:id`,
    {
      config: { permission: 'outlets:change' },
      schema: { tags, summary: 'Give it up for good', params, response },
    },
    (request, reply) => runCommand(request, reply, (context) => act(request, context, { do: 'remove' })),
  );

  type Act<C> = C extends OutletCommand ? Omit<C, 'outletId' | 'now'> : never;
  async function act(
    request: Request & { params: { id: string } },
    context: Context,
    what: Act<OutletCommand>,
  ) {
    const { id: outletId } = request.params;
    const { outlet } = await theOutlet(deps, outletId, kind);
    await mayActFor(deps, principalOf(request), outlet.vendorId);
    return changeOutlet(deps, request, context, outletRef(outletId), { ...what, outletId, now: context.now });
  }
}

function changeOutlet(
  deps: CatalogDeps,
  request: Request,
  context: Context,
  ref: ReturnType<typeof outletRef>,
  command: OutletCommand,
  location?: string,
) {
  return change(deps, request, context, {
    ref,
    entries: deps.shelf.outlets,
    decide: (outlet: Outlet) => decideOutlet(outlet, command),
    answer({ state, version }) {
      if (state === null) throw new Error(`${ref.id} is nothing after a command on it`);
      return answerWith(
        location === undefined ? 200 : 201,
        version,
        outletView({ id: ref.id, version }, state),
        location,
      );
    },
  });
}
