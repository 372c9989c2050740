import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import { point, polygon } from '@turf/helpers';
import type { Outlet } from './offer.ts';

export interface Point {
  latitude: number;
  longitude: number;
}

/** The first zone that holds the point; undefined: nobody delivers there. */
export function zoneOf(zones: Outlet['delivery'], { latitude, longitude }: Point) {
  return zones.find((zone) => {
    const ring = zone.polygon.map((corner) => [corner.longitude, corner.latitude]);
    const [first] = ring;
    if (!first || ring.length < 3) return false;
    return booleanPointInPolygon(point([longitude, latitude]), polygon([[...ring, first]]));
  });
}
