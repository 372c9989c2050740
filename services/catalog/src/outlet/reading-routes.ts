import type { App } from '@dabba/service-kit';
import { Type } from 'typebox';
import { majorOf } from '../amounts.ts';
import { sendThing } from '../answers.ts';
import type { CatalogDeps } from '../parts.ts';
import { Amount, IdParams, orNull, Time } from '../schemas.ts';
import { zoneAt } from './delivery.ts';
import { type Names, theOutlet } from './known-outlet.ts';
import { openness } from './open.ts';
import { openNow } from './open-now.ts';
import { OpenView, OutletView, openView, outletView } from './view.ts';

export function outletReadingRoutes(app: App, deps: CatalogDeps, { kind, path, one }: Names): void {
  const { shelf, now } = deps;
  const tags = [path];
  const config = { permission: 'catalog:read' } as const;
  app.get(
    `/api/v1/${path}/:id`,
    {
      config,
      schema: { tags, summary: `What ${one} is like`, params: IdParams, response: { 200: OutletView } },
    },
    async (request, reply) => {
      const { entry, outlet } = await theOutlet(deps, request.params.id, kind);
      return sendThing(request, reply, entry.version, outletView(entry, outlet));
    },
  );
  app.get(
    `/api/v1/${path}/:id/open`,
    {
      config,
      schema: {
        tags,
        summary: 'Whether it takes orders, now or at an instant',
        params: IdParams,
        querystring: Type.Object({ at: Type.Optional(Time) }, { additionalProperties: false }),
        response: { 200: OpenView },
      },
    },
    async (request) => {
      const { outlet } = await theOutlet(deps, request.params.id, kind);
      const vendor = shelf.vendors.get(outlet.vendorId)?.state ?? null;
      const { at } = request.query;
      if (at === undefined) return openView(openNow(vendor, outlet, now()));
      return openView(openness(vendor, outlet, Date.parse(at)));
    },
  );
  app.get(
    `/api/v1/${path}/:id/delivery`,
    {
      config,
      schema: {
        tags,
        summary: 'Whether it delivers to a place, and for how much',
        params: IdParams,
        querystring: Type.Object(
          {
            latitude: Type.Number({ minimum: -90, maximum: 90 }),
            longitude: Type.Number({ minimum: -180, maximum: 180 }),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            delivers: Type.Boolean(),
            zone: orNull(Type.String()),
            fee: orNull(Amount),
            minimum: orNull(Amount),
          }),
        },
      },
    },
    async (request) => {
      const { outlet } = await theOutlet(deps, request.params.id, kind);
      const zone = zoneAt(outlet.delivery, request.query);
      if (!zone) return { delivers: false, zone: null, fee: null, minimum: null };
      return { delivers: true, zone: zone.name, fee: majorOf(zone.fee), minimum: majorOf(zone.minimum) };
    },
  );
}
