import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import { same } from '../as-of-now.ts';
import { deliveryFault } from './delivery.ts';
import { hoursFault } from './hours-fault.ts';
import type { DeliveryZone, Hours, Outlet, OutletDefinition, OutletEvent, OutletKind } from './outlet.ts';

export type OutletCommand = { outletId: string; now: Instant } & (
  | { do: 'open-up'; vendorId: string; kind: OutletKind; zone: string; as: OutletDefinition }
  | { do: 'change'; to: Partial<OutletDefinition> }
  | { do: 'set-hours'; hours: Hours }
  | { do: 'set-delivery'; zones: readonly DeliveryZone[] }
  | { do: 'close'; reason: string; until: Instant | null }
  | { do: 'reopen' }
  | { do: 'remove' }
);

/** Stores and trucks: the same life, but a store says where it is for good and a truck by its schedule. */
export function decideOutlet(outlet: Outlet, command: OutletCommand): readonly OutletEvent[] | Refusal {
  const { outletId, now } = command;
  if (command.do === 'open-up') {
    const { vendorId, kind, zone, as } = command;
    if (outlet !== null) return refuse(409, 'outlet-exists', `${outletId} is known already`);
    const data = { outletId, vendorId, kind, zone, ...as, definedAt: now };
    return placeFault(as) ?? [{ type: 'OutletDefined', data }];
  }
  if (outlet === null || outlet.removed) return unknownOutlet(outletId);
  const { vendorId, kind, zone } = outlet;
  switch (command.do) {
    case 'change': {
      const before = definitionOf(outlet);
      const after = { ...before, ...command.to };
      if (same(before, after)) return [];
      const data = { outletId, vendorId, kind, zone, ...after, definedAt: now };
      return placeFault(after) ?? [{ type: 'OutletDefined', data }];
    }
    case 'set-hours': {
      const { spans, exceptions } = command.hours;
      if (same({ spans: outlet.spans, exceptions: outlet.exceptions }, { spans, exceptions })) return [];
      const data = { outletId, vendorId, spans, exceptions, setAt: now };
      return hoursFault(command.hours) ?? [{ type: 'OutletHoursSet', data }];
    }
    case 'set-delivery': {
      const { zones } = command;
      if (same(outlet.delivery, zones)) return [];
      const data = { outletId, vendorId, zones, setAt: now };
      return deliveryFault(zones) ?? [{ type: 'OutletDeliverySet', data }];
    }
    case 'close': {
      const { reason, until } = command;
      if (until !== null && until <= now)
        return refuse(422, 'closed-until-past', 'It would be open again already', { pointer: '/until' });
      if (same(outlet.closed, { reason, until })) return [];
      return [{ type: 'OutletClosed', data: { outletId, vendorId, reason, until, closedAt: now } }];
    }
    case 'reopen':
      if (outlet.closed === null) return [];
      return [{ type: 'OutletReopened', data: { outletId, vendorId, reopenedAt: now } }];
    case 'remove':
      return [{ type: 'OutletRemoved', data: { outletId, vendorId, removedAt: now } }];
    default:
      return command satisfies never;
  }
}

function definitionOf(outlet: OutletDefinition): OutletDefinition {
  const { name, campus, address, latitude, longitude, licensePlate, vehicleType } = outlet;
  const { slotMinutes, slotQuantity, jurisdiction } = outlet;
  const where = { name, campus, address, latitude, longitude, licensePlate, vehicleType };
  return { ...where, slotMinutes, slotQuantity, jurisdiction };
}

function placeFault({ latitude, longitude }: OutletDefinition): Refusal | undefined {
  if ((latitude === null) === (longitude === null)) return undefined;
  return refuse(422, 'half-a-place', 'A latitude needs a longitude', { pointer: '/longitude' });
}

export function unknownOutlet(outletId: string): Refusal {
  return refuse(404, 'outlet-unknown', `No store or truck ${outletId}`);
}
