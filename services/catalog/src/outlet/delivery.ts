import { type Refusal, refuse } from '@dabba/event-store';
import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import { point, polygon } from '@turf/helpers';
import type { DeliveryZone, Point } from './outlet.ts';

/** The first zone that holds the point; its edge belongs to it. */
export function zoneAt(
  zones: readonly DeliveryZone[],
  { latitude, longitude }: Point,
): DeliveryZone | undefined {
  const wanted = point([longitude, latitude]);
  return zones.find((zone) => booleanPointInPolygon(wanted, polygon([ringOf(zone.polygon)])));
}

/** Closed, as GeoJSON wants it: the last corner is the first. */
function ringOf(corners: readonly Point[]): [number, number][] {
  return [...corners, ...corners.slice(0, 1)].map(({ latitude, longitude }) => [longitude, latitude]);
}

/** 422 for a polygon that encloses nothing, or two zones of one name. */
export function deliveryFault(zones: readonly DeliveryZone[]): Refusal | undefined {
  const names = new Set<string>();
  for (const [index, { name, polygon: corners }] of zones.entries()) {
    const pointer = `/zones/${index}`;
    if (names.has(name)) return refuse(422, 'zone-twice', `Two zones are called ${name}`, { pointer });
    names.add(name);
    if (area(corners) === 0)
      return refuse(422, 'zone-empty', `The zone ${name} encloses nothing`, {
        pointer: `${pointer}/polygon`,
      });
  }
  return undefined;
}

/** In square degrees: only whether there is any matters. */
function area(corners: readonly Point[]): number {
  const ring = ringOf(corners);
  const twice = ring.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}
