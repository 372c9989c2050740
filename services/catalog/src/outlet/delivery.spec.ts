import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveryFault, zoneAt } from './delivery.ts';
import type { DeliveryZone } from './outlet.ts';

const square = (name: string, reach: number): DeliveryZone => ({
  ...{ name, fee: 300, minimum: 1000 },
  polygon: [
    { latitude: -reach, longitude: -reach },
    { latitude: -reach, longitude: reach },
    { latitude: reach, longitude: reach },
    { latitude: reach, longitude: -reach },
  ],
});

describe('delivery', () => {
  const zones = [square('near', 1), square('far', 2)];
  it('goes by the first zone that holds the place', () => {
    expect(zoneAt(zones, { latitude: 0.5, longitude: 0.5 })?.name).toBe('near');
    expect(zoneAt(zones, { latitude: 1.5, longitude: 0 })?.name).toBe('far');
    expect(zoneAt(zones, { latitude: 2.5, longitude: 0 })).toBeUndefined();
  });
  it('holds what lies within a square and nothing else', () => {
    const degree = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(degree, degree, (latitude, longitude) => {
        const far = Math.max(Math.abs(latitude), Math.abs(longitude));
        expect(zoneAt(zones, { latitude, longitude })?.name).toBe(
          far <= 1 ? 'near' : far <= 2 ? 'far' : undefined,
        );
      }),
    );
  });
  it('takes no zone that encloses nothing, and no two of one name', () => {
    expect(deliveryFault(zones)).toBeUndefined();
    expect(deliveryFault([square('a', 0)])).toMatchObject({ code: 'zone-empty' });
    expect(deliveryFault([square('a', 1), square('a', 2)])).toMatchObject({ code: 'zone-twice' });
  });
});
