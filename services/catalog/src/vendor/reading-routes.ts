import { isRefusal } from '@dabba/event-store';
import { type App, cursorOf, homeMetro, PageQuery, principalOf, problemFrom } from '@dabba/service-kit';
import { Type } from 'typebox';
import { ofTheCaller, sendDocument, sendThing } from '../answers.ts';
import { ServedItemView } from '../item/view.ts';
import { MenuView } from '../menu/routes.ts';
import { unknownOutlet } from '../outlet/decide.ts';
import { openNow } from '../outlet/open-now.ts';
import { OutletWithOpen, openView, outletView } from '../outlet/view.ts';
import type { CatalogDeps } from '../parts.ts';
import { closed, Id, IdParams } from '../schemas.ts';
import { documentOf } from '../shelf/documents.ts';
import { unknownVendor } from './decide.ts';
import { menuDocument } from './menu-document.ts';
import { vendorRef } from './vendor.ts';
import { VendorView, vendorView } from './view.ts';

const Filters = Type.Object(
  {
    metro: Type.Optional(Type.String()),
    campus: Type.Optional(Type.String({ description: 'One of its outlets stands there' })),
    status: Type.Optional(
      Type.Union([Type.Literal('APPLIED'), Type.Literal('APPROVED'), Type.Literal('SUSPENDED')]),
    ),
    open_now: Type.Optional(Type.Boolean({ description: 'One of its outlets takes orders' })),
    q: Type.Optional(Type.String({ maxLength: 100, description: 'In its name or description' })),
    ...PageQuery,
  },
  closed,
);
const Listed = Type.Object({ ...VendorView.properties, open_now: Type.Boolean() });
const MenuDocument = Type.Object({
  vendor_id: Id,
  vendor_name: Type.String(),
  outlet_id: Type.Optional(Id),
  menus: Type.Array(MenuView),
  items: Type.Array(ServedItemView),
});
const place = cursorOf(Type.Object({ id: Type.String() }, closed));
const tags = ['vendors'];
const config = { permission: 'catalog:read' } as const;

/** All reads of vendors come from memory (S2-CCH-01, S4-CCH-01). */
export function vendorReadingRoutes(app: App, deps: CatalogDeps): void {
  const { shelf, documents, store, region, now } = deps;

  app.get(
    '/api/v1/vendors',
    {
      config,
      schema: {
        tags,
        summary: 'Vendors of a metro; approved ones where no status is asked for',
        querystring: Filters,
        response: {
          200: Type.Object({
            items: Type.Array(Listed),
            next_cursor: Type.Union([Type.String(), Type.Null()]),
          }),
        },
      },
    },
    async (request, reply) => {
      const { campus, status = 'APPROVED', open_now: wanted, q, limit = 50, cursor } = request.query;
      const metro = homeMetro(region, principalOf(request), request.query.metro);
      if (isRefusal(metro)) throw problemFrom(metro);
      const after = place.decode(cursor)?.id ?? '';
      const at = now();
      const words = q?.toLowerCase();
      const found = [...shelf.vendors.all()]
        .flatMap((entry) => (entry.state ? [{ entry, vendor: entry.state }] : []))
        .filter(
          ({ entry, vendor }) => entry.id > after && vendor.metro === metro.id && vendor.status === status,
        )
        .filter(
          ({ vendor: { name, description } }) =>
            !words || `${name}\n${description}`.toLowerCase().includes(words),
        )
        .map(({ entry, vendor }) => {
          const now = shelf
            .outletsOf(entry.id)
            .map(({ state }) => ({ state, is: openNow(vendor, state, at) }));
          const campuses = now.map(({ state, is }) => (is.open ? is.campus : state.campus));
          return {
            view: { ...vendorView(entry, vendor), open_now: now.some(({ is }) => is.open) },
            campuses,
          };
        })
        .filter(({ view, campuses }) => {
          if (campus !== undefined && !campuses.includes(campus)) return false;
          return wanted === undefined || view.open_now === wanted;
        })
        .map(({ view }) => view)
        .sort((one, other) => (one.id < other.id ? -1 : 1));
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      const next_cursor = last ? place.encode({ id: last.id }) : null;
      await sendDocument(request, reply, documentOf({ items, next_cursor }), ofTheCaller);
      return reply;
    },
  );

  app.get(
    '/api/v1/vendors/:id',
    { config, schema: { tags, summary: 'A vendor', params: IdParams, response: { 200: VendorView } } },
    async (request, reply) => {
      const { id, version, vendor } = await theVendor(request.params.id);
      return sendThing(request, reply, version, vendorView({ id, version }, vendor));
    },
  );

  app.get(
    '/api/v1/vendors/:id/menu',
    {
      config,
      schema: {
        tags: ['menu'],
        summary: 'What it sells, with prices and versions',
        params: IdParams,
        querystring: Type.Object({ outlet_id: Type.Optional(Id) }, closed),
        response: { 200: MenuDocument },
      },
    },
    async (request, reply) => {
      const { id, vendor } = await theVendor(request.params.id);
      return sendMenu(request, reply, id, vendor, request.query.outlet_id);
    },
  );

  for (const path of ['stores', 'trucks'] as const) {
    const kind = path === 'stores' ? 'STORE' : 'TRUCK';
    app.get(
      `/api/v1/vendors/:id/${path}`,
      {
        config,
        schema: {
          tags,
          summary: `Its ${path}, and whether they are open`,
          params: IdParams,
          response: { 200: Type.Object({ items: Type.Array(OutletWithOpen) }) },
        },
      },
      async (request, reply) => {
        const { id, vendor } = await theVendor(request.params.id);
        const items = shelf
          .outletsOf(id)
          .filter(({ state }) => state.kind === kind)
          .map((entry) => ({
            ...outletView(entry, entry.state),
            open_now: openView(openNow(vendor, entry.state, now())),
          }));
        return sendDocument(request, reply, documentOf({ items }));
      },
    );
    app.get(
      `/api/v1/${path}/:id/menu`,
      {
        config,
        schema: {
          tags: ['menu'],
          summary: 'What is sold there',
          params: IdParams,
          response: { 200: MenuDocument },
        },
      },
      async (request, reply) => {
        const outlet = shelf.outlets.get(request.params.id)?.state;
        if (!outlet || outlet.removed || outlet.kind !== kind)
          throw problemFrom(unknownOutlet(request.params.id));
        const { vendor } = await theVendor(outlet.vendorId);
        return sendMenu(request, reply, outlet.vendorId, vendor, request.params.id);
      },
    );
  }

  function sendMenu(
    request: Parameters<typeof sendDocument>[0],
    reply: Parameters<typeof sendDocument>[1],
    id: string,
    vendor: Parameters<typeof menuDocument>[2],
    outletId?: string,
  ) {
    const make = () => menuDocument(deps, id, vendor, outletId);
    return sendDocument(request, reply, documents.of(id, 'menu', outletId ?? '', make));
  }

  /** From memory; who is not there may have applied a moment ago elsewhere, so the store is asked then. 404. */
  async function theVendor(id: string) {
    const entry = shelf.vendors.get(id) ?? (await store.load(vendorRef(id)));
    if (entry.state === null) throw problemFrom(unknownVendor(id));
    return { id, version: entry.version, vendor: entry.state };
  }
}
