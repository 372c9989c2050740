import { describe, expect, it } from 'vitest';
import { stockedMeal } from '../session/session.samples.ts';
import {
  at,
  cooled,
  locked,
  read,
  registered,
  rules,
  serviced,
  thermometer,
  types,
  warmed,
} from './cold-chain.samples.ts';
import { wasCold } from './cold-chain.ts';
import { coldRulesOf } from './cold-rules.ts';
import { type FridgeEvent, fridgeStream } from './fridge.ts';
import { decideReading, decideService } from './reading.ts';
import { spoiledIn } from './spoiled-in.ts';

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
  const warmth = { fridgeId: 'f1', lockedAt: at(30), clearedAt: null };
  const types = (events: readonly { type: string }[]) => events.map(({ type }) => type);
  it('is spoiled by an excursion where it was in the fridge, and no other', () => {
    const meal = stockedMeal({ since: at(0) });
    expect(spoiledIn(warmth, 'm1', meal)).toMatchObject([
      { type: 'MealSpoiled', data: { reason: 'EXCURSION', spoiledAt: at(30), customerId: null } },
    ]);
    const kept = stockedMeal({ status: 'RESERVED', customerId: 'c1', since: at(31) });
    expect(spoiledIn(warmth, 'm1', kept)).toMatchObject([{ data: { spoiledAt: at(31) } }]);
    expect(spoiledIn(warmth, 'm1', stockedMeal({ fridgeId: 'f2' }))).toEqual([]);
    expect(spoiledIn(warmth, 'm1', stockedMeal({ status: 'SOLD' }))).toEqual([]);
    expect(spoiledIn(warmth, 'm1', null)).toEqual([]);
  });
  it('leaves alone what came in after the fridge was cleared, whenever the second look is taken', () => {
    const cleared = { ...warmth, clearedAt: at(40) };
    expect(spoiledIn(cleared, 'm1', stockedMeal({ since: at(41) }))).toEqual([]);
    expect(types(spoiledIn(cleared, 'm1', stockedMeal({ since: at(39) })))).toEqual(['MealSpoiled']);
    // A clearing of before says nothing about this excursion.
    const before = { ...warmth, clearedAt: at(20) };
    expect(types(spoiledIn(before, 'm1', stockedMeal({ since: at(25) })))).toEqual(['MealSpoiled']);
  });
});
