import type { Metro } from '@dabba/contracts';
import { type Static, Type } from 'typebox';
import { minorOf } from '../amounts.ts';
import { closed, Id, Name, orNull, Reason, Time } from '../schemas.ts';
import type { DeliveryZone, Hours, OutletDefinition } from './outlet.ts';
import { Exception, Span, Zone } from './view.ts';

const Location = Type.Object(
  {
    latitude: Type.Number({ minimum: -90, maximum: 90 }),
    longitude: Type.Number({ minimum: -180, maximum: 180 }),
    campus: Type.Optional(orNull(Name)),
  },
  closed,
);
const optional = {
  address: Type.Optional(orNull(Name)),
  location: Type.Optional(Location),
  license_plate: Type.Optional(orNull(Name)),
  vehicle_type: Type.Optional(orNull(Name)),
  slot_minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 240 })),
  slot_quantity: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000, description: 'Items it can make in a slot' }),
  ),
  jurisdiction: Type.Optional(Id),
};
export const NewOutlet = Type.Object({ id: Type.Optional(Id), name: Name, ...optional }, closed);
export const OutletChanges = Type.Object(
  { name: Type.Optional(Name), ...optional },
  { ...closed, minProperties: 1 },
);
export const NewHours = Type.Object(
  {
    hours: Type.Array(Span, { maxItems: 100 }),
    exceptions: Type.Optional(Type.Array(Exception, { maxItems: 400 })),
  },
  closed,
);
export const NewDelivery = Type.Object({ zones: Type.Array(Zone, { maxItems: 50 }) }, closed);
export const Closure = Type.Object({ reason: Reason, until: Type.Optional(orNull(Time)) }, closed);

export function changesOf(body: Static<typeof OutletChanges>): Partial<OutletDefinition> {
  const { name, address, location, license_plate, vehicle_type, slot_minutes, slot_quantity, jurisdiction } =
    body;
  return {
    ...(name !== undefined && { name }),
    ...(address !== undefined && { address }),
    ...(location !== undefined && { latitude: location.latitude, longitude: location.longitude }),
    ...(location?.campus !== undefined && { campus: location.campus }),
    ...(license_plate !== undefined && { licensePlate: license_plate }),
    ...(vehicle_type !== undefined && { vehicleType: vehicle_type }),
    ...(slot_minutes !== undefined && { slotMinutes: slot_minutes }),
    ...(slot_quantity !== undefined && { slotQuantity: slot_quantity }),
    ...(jurisdiction !== undefined && { jurisdiction }),
  };
}

/** What is not said: slots of a quarter of an hour with twenty items, and the tax of the metro. */
export function definitionOf({ id: _, ...body }: Static<typeof NewOutlet>, metro: Metro): OutletDefinition {
  const nowhere = { campus: null, address: null, latitude: null, longitude: null };
  const vehicle = { licensePlate: null, vehicleType: null };
  const slots = { slotMinutes: 15, slotQuantity: 20, jurisdiction: metro.id };
  return { ...nowhere, ...vehicle, ...slots, ...changesOf(body), name: body.name };
}

export function hoursOf({ hours, exceptions = [] }: Static<typeof NewHours>): Hours {
  const spans = hours.map(({ day_of_week: dayOfWeek, opens, closes, campus = null }) => ({
    dayOfWeek,
    opens,
    closes,
    campus,
  }));
  return { spans, exceptions };
}

export function zonesOf({ zones }: Static<typeof NewDelivery>): DeliveryZone[] {
  return zones.map(({ name, polygon, fee, minimum }, index) => ({
    ...{ name, polygon },
    fee: minorOf(fee, `/zones/${index}/fee`),
    minimum: minorOf(minimum, `/zones/${index}/minimum`),
  }));
}
