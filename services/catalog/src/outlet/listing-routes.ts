import { isRefusal } from '@dabba/event-store';
import {
  type App,
  cursorOf,
  homeMetro,
  PageQuery,
  Problem,
  principalOf,
  problemFrom,
} from '@dabba/service-kit';
import { Type } from 'typebox';
import { ofTheCaller, sendDocument } from '../answers.ts';
import type { CatalogDeps } from '../parts.ts';
import { closed, orNull } from '../schemas.ts';
import { documentOf } from '../shelf/documents.ts';
import { zoneAt } from './delivery.ts';
import type { Names } from './known-outlet.ts';
import { openNow } from './open-now.ts';
import { OutletWithOpen, openView, outletView } from './view.ts';

const Filters = Type.Object(
  {
    metro: Type.Optional(Type.String()),
    campus: Type.Optional(Type.String({ description: 'It stands there, now where it is open' })),
    open_now: Type.Optional(Type.Boolean({ description: 'It takes orders' })),
    q: Type.Optional(
      Type.String({ maxLength: 100, description: "In its name, its address or its vendor's name" }),
    ),
    latitude: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
    longitude: Type.Optional(
      Type.Number({ minimum: -180, maximum: 180, description: 'With latitude: it delivers there' }),
    ),
    ...PageQuery,
  },
  closed,
);
const Listed = Type.Object({ ...OutletWithOpen.properties, vendor_name: Type.String() });
const place = cursorOf(Type.Object({ id: Type.String() }, closed));

/** S4-API-01: every store or truck of approved vendors in a metro, in the order of their ids. */
export function outletListingRoutes(
  app: App,
  { shelf, region, now }: CatalogDeps,
  { kind, path }: Names,
): void {
  app.get(
    `/api/v1/${path}`,
    {
      config: { permission: 'catalog:read' },
      schema: {
        tags: [path],
        summary: `${kind === 'STORE' ? 'Stores' : 'Trucks'} of a metro, and whether they are open`,
        querystring: Filters,
        response: {
          200: Type.Object({
            items: Type.Array(Listed),
            next_cursor: orNull(Type.String()),
          }),
        },
      },
    },
    async (request, reply) => {
      const { campus, open_now: wanted, q, latitude, longitude, limit = 50, cursor } = request.query;
      const metro = homeMetro(region, principalOf(request), request.query.metro);
      if (isRefusal(metro)) throw problemFrom(metro);
      const after = place.decode(cursor)?.id ?? '';
      const words = q?.toLowerCase();
      const at = now();
      const to = placeOf(latitude, longitude);
      const found = [...shelf.vendors.all()]
        .flatMap(({ id, state: vendor }) =>
          vendor?.metro === metro.id && vendor.status === 'APPROVED'
            ? shelf.outletsOf(id).map((entry) => ({ entry, outlet: entry.state, vendor }))
            : [],
        )
        .filter(({ entry, outlet, vendor: { name } }) => {
          if (outlet.kind !== kind || entry.id <= after) return false;
          if (to && !zoneAt(outlet.delivery, to)) return false;
          return !words || `${outlet.name}\n${outlet.address ?? ''}\n${name}`.toLowerCase().includes(words);
        })
        .map((each) => ({ ...each, is: openNow(each.vendor, each.outlet, at) }))
        .filter(({ outlet, is }) => {
          if (campus !== undefined && (is.open ? is.campus : outlet.campus) !== campus) return false;
          return wanted === undefined || is.open === wanted;
        })
        .sort((one, other) => (one.entry.id < other.entry.id ? -1 : 1));
      const items = found.slice(0, limit).map(({ entry, outlet, vendor, is }) => ({
        ...{ ...outletView(entry, outlet), vendor_name: vendor.name, open_now: openView(is) },
      }));
      const last = found.length > limit ? items.at(-1) : undefined;
      const next_cursor = last ? place.encode({ id: last.id }) : null;
      await sendDocument(request, reply, documentOf({ items, next_cursor }), ofTheCaller);
      return reply;
    },
  );
}

function placeOf(latitude: number | undefined, longitude: number | undefined) {
  if (latitude !== undefined && longitude !== undefined) return { latitude, longitude };
  if (latitude === longitude) return undefined;
  const pointer = latitude === undefined ? '#/latitude' : '#/longitude';
  const detail = 'A place has a latitude and a longitude.';
  throw new Problem({
    status: 400,
    code: 'invalid-request',
    detail,
    errors: [{ in: 'query', pointer, detail }],
  });
}
