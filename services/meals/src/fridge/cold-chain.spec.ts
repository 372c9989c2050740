import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minute, noon, registered, rules, thermometer } from './cold-chain.samples.ts';
import { fridgeStream } from './fridge.ts';
import { decideClear, withLock } from './lock.ts';
import { mayOpen } from './may-open.ts';
import { decideReading } from './reading.ts';
import { readAt, type Sensor } from './sensor.ts';

type Step = { celsius: number | null; minutes: number; skew: number };
const steps = fc.array(
  fc.record<Step>({
    celsius: fc.option(fc.constantFrom(2, 4.9, 5, 5.1, 9)),
    minutes: fc.integer({ min: 0, max: 15 }),
    skew: fc.constantFrom(0, 0, 0, 0, -30, 600),
  }),
  { maxLength: 40 },
);

describe('whatever thermometers and clocks say', () => {
  it('a fridge too warm or silent for too long never opens, and none is cleared with food inside', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 60 }), (history, wait) => {
        let fridge = thermometer.given([registered]).state;
        let sensor: Sensor = { readAt: null, gaps: [] };
        let now = noon;
        // Told plainly: the unbroken warm stretch, while every clock was right.
        let warmFrom: number | undefined;
        let straight = true;
        let last: number | undefined;
        let spoiled = false;
        let silenced = false;
        for (const { celsius, minutes, skew } of history) {
          now += minutes * minute;
          if (celsius === null) continue;
          const seen = now + skew * minute;
          straight &&= skew === 0;
          if (last !== undefined && now - last >= rules.silence) silenced ||= straight;
          warmFrom = celsius > rules.limit ? (warmFrom ?? now) : undefined;
          if (warmFrom !== undefined && now - warmFrom >= rules.warm) spoiled ||= straight;
          last = now;
          sensor = readAt(sensor, seen);
          const decided = withLock(decideReading(fridge.cold, { fridgeId: 'f1', celsius, at: seen }, rules));
          fridge = decided.reduce(fridgeStream.evolve, fridge);
          // A reading told later for an instant within a silence ends that: only a lock outlasts it.
          const unsafe = spoiled || (silenced && straight);
          const clear = { fridgeId: 'f1', sessionId: null, inside: ['m1'], sensor, lastSeen: now, now };
          expect(decideClear(fridge, clear, rules)).toMatchObject({ refused: true, code: 'food-inside' });
          if (unsafe) expect(mayOpen(fridge, sensor, rules, now)).toMatchObject({ status: 409 });
          if (skew === 600) expect(mayOpen(fridge, sensor, rules, now)).toMatchObject({ status: 409 });
        }
        now += wait * minute;
        const silent = last === undefined || (straight && now - last >= rules.silence);
        const warm = straight && warmFrom !== undefined && now - warmFrom >= rules.warm;
        if (spoiled || (silenced && straight) || silent || warm)
          expect(mayOpen(fridge, sensor, rules, now)).toMatchObject({ refused: true });
        // And a fridge that was cold and heard all the time does open.
        const good = history.every(
          ({ celsius, minutes, skew }) => celsius !== null && celsius <= 5 && minutes < 10 && skew === 0,
        );
        if (good && history.length > 0 && wait < 10)
          expect(mayOpen(fridge, sensor, rules, now)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });
});
