import { decider } from '@dabba/testing/decider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stockedMeal } from '../session/session.samples.ts';
import { wasCold } from './cold-chain.ts';
import { coldRulesOf } from './cold-rules.ts';
import { type FridgeEvent, fridgeStream } from './fridge.ts';
import {
  decideClear,
  decideOffline,
  decideOverfull,
  decideSilence,
  decideStaffLock,
  withLock,
} from './lock.ts';
import { mayOpen } from './may-open.ts';
import { decideReading, decideService, type Reading } from './reading.ts';
import { readAt, type Sensor } from './sensor.ts';
import { spoiledIn } from './spoiled-in.ts';

const minute = 60_000;
const noon = Date.UTC(2026, 10, 20, 12);
const rules = coldRulesOf({});
const at = (minutes: number) => noon + minutes * minute;
const read = (celsius: number, minutes: number): Reading => ({ fridgeId: 'f1', celsius, at: at(minutes) });
const registered: FridgeEvent = {
  type: 'FridgeRegistered',
  data: { fridgeId: 'f1', metro: 'sfo', name: 'Lobby', capacity: 40, registeredAt: noon },
};
const warmed = (minutes: number, carried = 0): FridgeEvent => ({
  type: 'FridgeWarmed',
  data: { fridgeId: 'f1', temperatureCelsius: 7, carriedMillis: carried * minute, since: at(minutes) },
});
const cooled = (minutes: number): FridgeEvent => ({
  type: 'FridgeCooled',
  data: { fridgeId: 'f1', temperatureCelsius: 3, at: at(minutes) },
});
const serviced = (minutes: number): FridgeEvent => ({
  type: 'FridgeServiced',
  data: { fridgeId: 'f1', at: at(minutes) },
});
const locked = (minutes: number): FridgeEvent => ({
  type: 'FridgeLocked',
  data: { fridgeId: 'f1', reason: 'EXCURSION', detail: 'Warm', lockedAt: at(minutes) },
});
const thermometer = decider(fridgeStream, ({ cold }, reading: Reading) =>
  decideReading(cold, reading, rules),
);
const types = (outcome: unknown) => (Array.isArray(outcome) ? outcome.map(({ type }) => type) : outcome);

describe('a reading', () => {
  it('that changes nothing leaves no event', () => {
    thermometer.given([registered]).when(read(4, 1)).thenNothing();
    thermometer
      .given([registered, warmed(0)])
      .when(read(7, 29))
      .thenNothing();
    thermometer
      .given([registered, warmed(0), locked(30)])
      .when(read(7, 60))
      .thenNothing();
  });
  it('turns the fridge warm and cold, by its own time', () => {
    thermometer
      .given([registered])
      .when(read(7, 0))
      .then([warmed(0)]);
    thermometer
      .given([registered, warmed(0)])
      .when(read(3, 20))
      .then([cooled(20)]);
    thermometer
      .given([registered, warmed(10)])
      .when(read(3, 5))
      .thenNothing();
  });
  it('above the limit after 30 minutes is an excursion, one minute before it is not', () => {
    const given = thermometer.given([registered, warmed(0)]);
    expect(types(given.when(read(5.1, 29.9)).outcome)).toEqual([]);
    expect(types(given.when(read(5.1, 30)).outcome)).toEqual(['FridgeLocked']);
  });
  it('that comes late and cold proves the excursion before it', () => {
    const { outcome } = thermometer.given([registered, warmed(0)]).when(read(3, 45));
    expect(types(outcome)).toEqual(['FridgeLocked', 'FridgeCooled']);
  });
  it('counts warm time in total until the fridge has recovered', () => {
    const flapping = [registered, warmed(0), cooled(20)];
    thermometer
      .given(flapping)
      .when(read(7, 25))
      .then([warmed(25, 20)]);
    thermometer
      .given(flapping)
      .when(read(7, 30))
      .then([warmed(30, 0)]);
    const again = thermometer.given([...flapping, warmed(25, 20)]);
    expect(types(again.when(read(7, 34)).outcome)).toEqual([]);
    expect(types(again.when(read(7, 35)).outcome)).toEqual(['FridgeLocked']);
  });
  it('is tolerated for a while after a restock that began cold', () => {
    const flapping = [registered, warmed(0), cooled(20), serviced(21), warmed(25, 20)];
    expect(types(thermometer.given(flapping).when(read(7, 50)).outcome)).toEqual([]);
    expect(types(thermometer.given(flapping).when(read(7, 51)).outcome)).toEqual(['FridgeLocked']);
    const filledWarm = [registered, warmed(0), serviced(20)];
    expect(types(thermometer.given(filledWarm).when(read(7, 31)).outcome)).toEqual(['FridgeLocked']);
  });
  it('obeys the limits of its metro', () => {
    const nevada = coldRulesOf({ coldChain: { limit: 4.4, warm: 20 } });
    const { cold } = fridgeStream.initial();
    expect(types(decideReading(cold, read(4.5, 0), nevada))).toEqual(['FridgeWarmed']);
    const { state } = thermometer.given([registered, warmed(0)]);
    expect(types(decideReading(state.cold, read(7, 20), nevada))).toEqual(['FridgeLocked']);
  });
  it('and a restock are told once', () => {
    const { cold } = thermometer.given([registered, serviced(0)]).state;
    expect(decideService(cold, 'f1', at(5), rules)).toEqual([]);
    expect(decideService(cold, 'f1', at(31), rules)).toEqual([serviced(31)]);
  });
});

const fine: Sensor = { readAt: at(60), gaps: [] };
const clearing = decider(fridgeStream, (fridge, change: { inside?: string[]; sensor?: Sensor }) =>
  decideClear(
    fridge,
    { fridgeId: 'f1', sessionId: null, inside: [], sensor: fine, now: at(61), ...change },
    rules,
  ),
);

describe('a lock', () => {
  const excursion = [registered, warmed(0), locked(30)];
  it('brings an alarm and the command to lock', () => {
    const events = decideReading(thermometer.given([registered, warmed(0)]).state.cold, read(7, 30), rules);
    expect(types(withLock(events))).toEqual(['FridgeLocked', 'FridgeAlertRaised', 'FridgeCommandIssued']);
  });
  it('is cleared only when the food is out and it is cold and known to be', () => {
    clearing.given([]).when({}).thenRefused('fridge-unknown');
    clearing
      .given(excursion)
      .when({ inside: ['m1'] })
      .thenRefused('food-inside');
    clearing.given(excursion).when({}).thenRefused('still-warm');
    const cold = clearing.given([...excursion, cooled(40)]);
    cold.when({ inside: ['m1'] }).thenRefused('food-inside');
    cold.when({ sensor: { readAt: at(40), gaps: [] } }).thenRefused('sensor-silent');
    expect(types(cold.when({}).outcome)).toEqual(['FridgeCleared', 'FridgeCommandIssued']);
    clearing.given([registered]).when({}).thenNothing();
  });
});

describe('silence', () => {
  const { state } = thermometer.given([registered]);
  it('is proven by the times of the fridge, and once', () => {
    const gap = readAt(readAt({ readAt: null, gaps: [] }, at(0)), at(10));
    expect(types(decideSilence(state, 'f1', gap, at(10), rules))).toContain('FridgeLocked');
    const short = readAt(readAt({ readAt: null, gaps: [] }, at(0)), at(9));
    expect(decideSilence(state, 'f1', short, at(9), rules)).toEqual([]);
    expect(types(decideSilence(state, 'f1', short, at(19), rules))).toContain('FridgeLocked');
    const filled = readAt(gap, at(5));
    expect(decideSilence(state, 'f1', filled, at(10), rules)).toEqual([]);
    const { state: shut } = thermometer.given([registered, locked(0)]);
    expect(decideSilence(shut, 'f1', gap, at(10), rules)).toEqual([]);
  });
  it('of the whole fridge raises one alarm until it was heard again', () => {
    expect(decideOffline(state, 'f1', at(0), 5 * minute, at(4))).toEqual([]);
    const raised = decideOffline(state, 'f1', at(0), 5 * minute, at(6));
    expect(types(raised)).toEqual(['FridgeAlertRaised']);
    const { state: alarmed } = thermometer.given([registered, ...raised]);
    expect(decideOffline(alarmed, 'f1', at(0), 5 * minute, at(60))).toEqual([]);
    expect(types(decideOffline(alarmed, 'f1', at(30), 5 * minute, at(60)))).toEqual(['FridgeAlertRaised']);
  });
});

type Step = { celsius: number | null; minutes: number; skew: number };
const steps = fc.array(
  fc.record<Step>({
    celsius: fc.option(fc.constantFrom(2, 4.9, 5, 5.1, 9)),
    minutes: fc.integer({ min: 0, max: 15 }),
    skew: fc.constantFrom(0, 0, 0, 0, -30, 600),
  }),
  { maxLength: 40 },
);

describe('food inside', () => {
  const cold = (...events: FridgeEvent[]) => thermometer.given([registered, ...events]).state.cold;
  it('was good until the fridge had been too warm for too long, whether a reading said so or not', () => {
    expect(wasCold(cold(), rules, at(60))).toBe(true);
    expect(wasCold(cold(warmed(0)), rules, at(29))).toBe(true);
    expect(wasCold(cold(warmed(0)), rules, at(30))).toBe(false);
    expect(wasCold(cold(warmed(0), locked(30), cooled(31)), rules, at(32))).toBe(false);
    const byStaff: FridgeEvent = {
      type: 'FridgeLocked',
      data: { fridgeId: 'f1', reason: 'STAFF', detail: 'Glass', lockedAt: at(1) },
    };
    expect(wasCold(cold(byStaff), rules, at(2))).toBe(true);
  });
  it('is spoiled by an excursion where it was in the fridge, and no other', () => {
    const meal = stockedMeal({ since: at(0) });
    expect(spoiledIn('f1', at(30), 'm1', meal)).toMatchObject([
      { type: 'MealSpoiled', data: { reason: 'EXCURSION', spoiledAt: at(30), customerId: null } },
    ]);
    const kept = stockedMeal({ status: 'RESERVED', customerId: 'c1', since: at(31) });
    expect(spoiledIn('f1', at(30), 'm1', kept)).toMatchObject([{ data: { spoiledAt: at(31) } }]);
    expect(spoiledIn('f1', at(30), 'm1', stockedMeal({ fridgeId: 'f2' }))).toEqual([]);
    expect(spoiledIn('f1', at(30), 'm1', stockedMeal({ status: 'SOLD' }))).toEqual([]);
    expect(spoiledIn('f1', at(30), 'm1', null)).toEqual([]);
  });
});

describe('a lock by a person', () => {
  const lock = { fridgeId: 'f1', reason: 'The glass is broken', now: at(5) };
  const byStaff = withLock([
    { type: 'FridgeLocked', data: { fridgeId: 'f1', reason: 'STAFF', detail: lock.reason, lockedAt: at(5) } },
  ]);
  const staff = decider(fridgeStream, (fridge, _: null) => decideStaffLock(fridge, lock));
  it('shuts the fridge, once, and needs one', () => {
    staff.given([registered]).when(null).then(byStaff);
    staff
      .given([registered, ...byStaff])
      .when(null)
      .thenNothing();
    staff
      .given([registered, locked(0)])
      .when(null)
      .thenNothing();
    staff.given([]).when(null).thenRefused('fridge-unknown');
    expect(mayOpen(staff.given([registered, ...byStaff]).state, fine, rules, at(61))).toMatchObject({
      code: 'fridge-locked',
      extra: { reason: 'STAFF' },
    });
  });
  it('is cleared with the food inside, which keeps what it went through', () => {
    const flapping = [registered, warmed(0), cooled(4), ...byStaff];
    const kept = clearing.given(flapping).when({ inside: ['m1'] });
    expect(types(kept.outcome)).toEqual(['FridgeCleared', 'FridgeCommandIssued']);
    const { cold } = thermometer.given([
      ...flapping,
      { type: 'FridgeCleared', data: { fridgeId: 'f1', sessionId: null, clearedAt: at(6) } },
    ]).state;
    expect(cold).toMatchObject({ lock: null, clearedAt: null, cooled: { at: at(4) } });
  });
  it('gives way to what is graver, which only an empty fridge ends', () => {
    const gap: Sensor = { readAt: at(11), gaps: [{ from: at(0), to: at(11) }] };
    const { state } = thermometer.given([registered, ...byStaff]);
    const silent = decideSilence(state, 'f1', gap, at(11), rules);
    expect(types(silent)).toContain('FridgeLocked');
    clearing
      .given([registered, ...byStaff, ...silent])
      .when({ inside: ['m1'] })
      .thenRefused('food-inside');
    const warm = thermometer.given([registered, ...byStaff, warmed(0)]).when(read(7, 30));
    expect(types(warm.outcome)).toEqual(['FridgeLocked']);
    clearing
      .given([registered, ...byStaff, locked(30)])
      .when({ inside: ['m1'] })
      .thenRefused('food-inside');
    expect(thermometer.given([registered, locked(30), ...byStaff]).state.cold.lock?.reason).toBe('EXCURSION');
  });
});

describe('more meals than fit', () => {
  it('are an alarm for each filling', () => {
    const { state } = thermometer.given([registered, serviced(0)]);
    expect(decideOverfull(state, 'f1', 40, at(1))).toEqual([]);
    const raised = decideOverfull(state, 'f1', 41, at(1));
    expect(raised).toMatchObject([{ type: 'FridgeAlertRaised', data: { alert: 'OVER_CAPACITY' } }]);
    const { state: told } = thermometer.given([registered, serviced(0), ...raised]);
    expect(decideOverfull(told, 'f1', 42, at(2))).toEqual([]);
    const { state: again } = thermometer.given([registered, serviced(0), ...raised, serviced(60)]);
    expect(types(decideOverfull(again, 'f1', 41, at(61)))).toEqual(['FridgeAlertRaised']);
    expect(decideOverfull(fridgeStream.initial(), 'f1', 1, at(1))).toEqual([]);
  });
});

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
          const clear = { fridgeId: 'f1', sessionId: null, inside: ['m1'], sensor, now };
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
