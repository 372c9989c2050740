import type { Event, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type OutletEvent = Event<
  | 'OutletDefined'
  | 'OutletHoursSet'
  | 'OutletDeliverySet'
  | 'OutletClosed'
  | 'OutletReopened'
  | 'OutletRemoved'
>;
export type OutletKind = 'STORE' | 'TRUCK';

export interface OutletDefinition {
  name: string;
  campus: string | null;
  address: string | null;
  /** WGS 84 degrees. */
  latitude: number | null;
  longitude: number | null;
  licensePlate: string | null;
  vehicleType: string | null;
  /** Length of a pickup slot. */
  slotMinutes: number;
  /** Items it can make in a slot. */
  slotQuantity: number;
  /** Whose tax rates hold. */
  jurisdiction: string;
}

/** Every week; `closes` that is not after `opens` is on the next day. */
export interface OpenSpan {
  /** 1 Monday to 7 Sunday. */
  dayOfWeek: number;
  /** HH:MM by the clock of the outlet. */
  opens: string;
  closes: string;
  /** Where a truck stands then. */
  campus: string | null;
}

/** A date on which the week does not hold; null: closed all day. */
export interface OpenException {
  /** YYYY-MM-DD by the calendar of the outlet. */
  date: string;
  opens: string | null;
  closes: string | null;
}

export interface Hours {
  spans: readonly OpenSpan[];
  exceptions: readonly OpenException[];
}

export interface Point {
  latitude: number;
  longitude: number;
}

export interface DeliveryZone {
  name: string;
  /** Corners in order. */
  polygon: readonly Point[];
  /** Minor units. */
  fee: number;
  minimum: number;
}

/** null: there never was one. */
export type Outlet =
  | null
  | (OutletDefinition &
      Hours & {
        vendorId: string;
        kind: OutletKind;
        /** IANA. */
        zone: string;
        delivery: readonly DeliveryZone[];
        closed: { reason: string; until: Instant | null } | null;
        removed: boolean;
      });

export const outletStream: StreamType<Outlet, OutletEvent> = {
  name: 'outlet',
  revision: 1,
  initial: () => null,
  evolve(outlet, { type, data }) {
    if (type === 'OutletDefined') {
      const { outletId: _, definedAt: __, kind, ...definition } = data;
      const kept = outlet ?? { spans: [], exceptions: [], delivery: [], closed: null, removed: false };
      return { ...kept, ...definition, kind: kind === 'TRUCK' ? 'TRUCK' : 'STORE' };
    }
    if (outlet === null) return null;
    switch (type) {
      case 'OutletHoursSet':
        return { ...outlet, spans: data.spans, exceptions: data.exceptions };
      case 'OutletDeliverySet':
        return { ...outlet, delivery: data.zones };
      case 'OutletClosed':
        return { ...outlet, closed: { reason: data.reason, until: data.until } };
      case 'OutletReopened':
        return { ...outlet, closed: null };
      case 'OutletRemoved':
        return { ...outlet, removed: true };
      default:
        return type satisfies never;
    }
  },
};

/** @param metro decides the partition of a new outlet; ignored for one that is known */
export function outletRef(id: string, metro = ''): StreamRef<Outlet, OutletEvent> {
  return { type: outletStream, id, metro };
}
