import { type Static, Type } from 'typebox';
import { majorOf } from '../amounts.ts';
import { Amount, Clock, closed, Id, Name, orNull, Reason, Time } from '../schemas.ts';
import type { Entry } from '../shelf/entry.ts';
import type { Openness } from './open.ts';
import type { Outlet } from './outlet.ts';

const Day = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
  description: 'By the calendar of the outlet',
});

export const Span = Type.Object(
  {
    day_of_week: Type.Integer({ minimum: 1, maximum: 7, description: '1 Monday to 7 Sunday' }),
    opens: Clock,
    closes: Clock,
    campus: Type.Optional(orNull(Name)),
  },
  closed,
);
export const Exception = Type.Object(
  { date: Day, opens: orNull(Clock), closes: orNull(Clock) },
  { ...closed, description: 'A day on which the week does not hold; null: closed all day' },
);
const Point = Type.Object(
  {
    latitude: Type.Number({ minimum: -90, maximum: 90 }),
    longitude: Type.Number({ minimum: -180, maximum: 180 }),
  },
  closed,
);
export const Zone = Type.Object(
  { name: Name, polygon: Type.Array(Point, { minItems: 3, maxItems: 200 }), fee: Amount, minimum: Amount },
  closed,
);

export const OutletView = Type.Object({
  id: Id,
  vendor_id: Id,
  kind: Type.String({ description: 'STORE, TRUCK' }),
  name: Type.String(),
  zone: Type.String({ description: 'IANA time zone of its clock' }),
  address: orNull(Type.String()),
  location: Type.Object({
    latitude: orNull(Type.Number()),
    longitude: orNull(Type.Number()),
    campus: orNull(Type.String()),
  }),
  license_plate: orNull(Type.String()),
  vehicle_type: orNull(Type.String()),
  slot_minutes: Type.Integer(),
  slot_quantity: Type.Integer(),
  jurisdiction: Type.String(),
  hours: Type.Array(Span),
  exceptions: Type.Array(Exception),
  delivery: Type.Array(Zone),
  closed: Type.Union([Type.Object({ reason: Reason, until: orNull(Time) }), Type.Null()]),
  version: Type.Integer(),
});

export function outletView(
  { id, version }: Pick<Entry<Outlet>, 'id' | 'version'>,
  outlet: NonNullable<Outlet>,
): Static<typeof OutletView> {
  const { vendorId, kind, name, zone, address, latitude, longitude, campus } = outlet;
  return {
    ...{ id, vendor_id: vendorId, kind, name, zone, address, location: { latitude, longitude, campus } },
    license_plate: outlet.licensePlate,
    vehicle_type: outlet.vehicleType,
    slot_minutes: outlet.slotMinutes,
    slot_quantity: outlet.slotQuantity,
    jurisdiction: outlet.jurisdiction,
    hours: outlet.spans.map(({ dayOfWeek, ...span }) => ({ day_of_week: dayOfWeek, ...span })),
    exceptions: [...outlet.exceptions],
    delivery: outlet.delivery.map(({ polygon, fee, minimum, ...zoned }) => ({
      ...zoned,
      ...{ polygon: [...polygon], fee: majorOf(fee), minimum: majorOf(minimum) },
    })),
    closed: outlet.closed && { reason: outlet.closed.reason, until: iso(outlet.closed.until) },
    version,
  };
}

export const OpenView = Type.Object({
  open: Type.Boolean(),
  campus: orNull(Type.String({ description: 'Where it stands now' })),
  why_closed: orNull(Type.String({ description: 'VENDOR_NOT_APPROVED, CLOSED_FOR_NOW, OUTSIDE_HOURS' })),
  opens_at: orNull(Time),
  closes_at: orNull(Time),
});

export const OutletWithOpen = Type.Object({ ...OutletView.properties, open_now: OpenView });

export function openView(now: Openness): Static<typeof OpenView> {
  return now.open
    ? { open: true, campus: now.campus, why_closed: null, opens_at: null, closes_at: iso(now.closesAt) }
    : { open: false, campus: null, why_closed: now.why, opens_at: iso(now.opensAt), closes_at: null };
}

function iso(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
