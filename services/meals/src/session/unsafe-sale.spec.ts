import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { happening } from './unsafe-sale.happenings.ts';
import { World } from './unsafe-sale.world.ts';

describe('over random histories of thermometer, clock, doors, staff and recalls', () => {
  it('S0-INV-04 no meal is sold that nobody may eat', () => {
    let sold = 0;
    fc.assert(
      fc.property(fc.array(happening, { minLength: 10, maxLength: 70 }), (script) => {
        const world = new World();
        for (const each of script) world.play(each);
        for (const sale of world.sales) {
          const { mealId, askedAt, shutAt, expiresAt, straight } = sale;
          const why = JSON.stringify({ ...sale, ruined: world.ruined.get(mealId) });
          expect(expiresAt, why).toBeGreaterThan(askedAt);
          if (straight) expect(expiresAt, why).toBeGreaterThan(shutAt);
          // Told plainly: what was known to be bad when the door was asked for.
          expect(world.ruined.get(mealId) ?? Infinity, why).toBeGreaterThan(askedAt);
          if (straight) expect(sale.unread, why).toBeLessThan(10 * 60_000);
          expect(sale.keptForAnother, why).toBe(false);
        }
        sold += world.sales.length;
        expect(new Set(world.sales.map(({ mealId }) => mealId)).size).toBe(world.sales.length);
      }),
      { numRuns: 600 },
    );
    // A property about nothing would hold, too.
    expect(sold).toBeGreaterThan(300);
  });
});
