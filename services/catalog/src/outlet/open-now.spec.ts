import fc from 'fast-check';
import { expect, it } from 'vitest';
import { approved as vendor } from '../vendor/vendor.samples.ts';
import { openness } from './open.ts';
import { openNow } from './open-now.ts';
import type { Outlet } from './outlet.ts';

it('what was thought over once is what would be thought now, at any later instant', () => {
  const begin = Date.UTC(2026, 10, 1, 4);
  const hour = 3_600_000;
  const place = {
    campus: 'HQ',
    address: null,
    latitude: null,
    longitude: null,
    licensePlate: null,
    vehicleType: null,
  };
  const clock = fc.integer({ min: 0, max: 23 }).map((of) => `${String(of).padStart(2, '0')}:30`);
  const spans = fc.array(
    fc.record({
      dayOfWeek: fc.integer({ min: 1, max: 7 }),
      opens: clock,
      closes: clock,
      campus: fc.constantFrom(null, 'A', 'B'),
    }),
    { maxLength: 5 },
  );
  const closed = fc.option(
    fc.record({
      reason: fc.constant('x'),
      until: fc.option(fc.integer({ min: 1, max: 60 }).map((h) => begin + h * hour)),
    }),
  );
  const steps = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(spans, closed, steps, (week, closure, waits) => {
      const outlet: NonNullable<Outlet> = {
        ...{ vendorId: 'v', kind: 'STORE', zone: 'America/Los_Angeles', name: '', ...place },
        ...{ slotMinutes: 1, slotQuantity: 1, jurisdiction: 'x', delivery: [], removed: false },
        ...{ spans: week, exceptions: [], closed: closure },
      };
      let at = begin;
      for (const wait of waits) {
        expect(openNow(vendor, outlet, at)).toEqual(openness(vendor, outlet, at));
        at += (wait * hour) / 4;
      }
    }),
    { numRuns: 100 },
  );
});
