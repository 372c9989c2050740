import { type App, Problem, principalOf } from '@dabba/service-kit';
import { DateTime } from 'luxon';
import { Type } from 'typebox';
import { findOutlet } from '../offer/find.ts';
import type { OrdersDeps } from '../parts.ts';
import { slotsTaken } from '../read-models/slot-load.ts';
import { dayOf, openSlots } from '../slot/open-slots.ts';
import { Id, Time } from '../view/schemas.ts';

const Query = Type.Object(
  {
    outlet_id: Id,
    date: Type.Optional(
      Type.String({ format: 'date', description: "By the outlet's calendar; today where none is named" }),
    ),
  },
  { additionalProperties: false },
);
const Slots = Type.Object({
  outlet_id: Type.String(),
  date: Type.String(),
  slot_minutes: Type.Integer(),
  items: Type.Array(
    Type.Object({
      begins: Time,
      ends: Time,
      left: Type.Integer({ description: 'Items that can still be made for it' }),
    }),
  ),
});

/** Which `pickup_time` can be had: what POST /orders answers `slot-full` and `outlet-closed` to is not here, or has none left. */
export function slotRoutes(app: App, { db, pool, now }: OrdersDeps): void {
  app.get(
    '/api/v1/orders/slots',
    {
      config: { permission: 'orders:place' },
      schema: {
        tags: ['orders'],
        summary: 'Pickup slots of a truck or store on a day, with how many items are left of each',
        querystring: Query,
        response: { 200: Slots },
      },
    },
    async (request) => {
      const { outlet_id: outletId } = request.query;
      const outlet = await findOutlet(pool, outletId);
      const { metro } = principalOf(request);
      if (!outlet || (metro !== undefined && outlet.metro !== metro))
        throw new Problem({ status: 404, code: 'outlet-unknown', detail: `No ${outletId} where you order` });
      const at = now();
      const { date = DateTime.fromMillis(at, { zone: outlet.zone }).toISODate() ?? '' } = request.query;
      const day = dayOf(outlet, date);
      const slots = openSlots(outlet, day, await slotsTaken(db, outletId, day.from, day.to), at);
      return {
        ...{ outlet_id: outletId, date, slot_minutes: outlet.slotMinutes },
        items: slots.map(({ begins, ends, left }) => ({
          ...{ begins: new Date(begins).toISOString(), ends: new Date(ends).toISOString(), left },
        })),
      };
    },
  );
}
