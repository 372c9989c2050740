import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { zoneOf } from './delivery.ts';
import { isOpenAt } from './hours.ts';
import { offer } from './offer.samples.ts';

const { outlet } = offer();
const open = (at: string, change: object = {}) => isOpenAt({ ...outlet, ...change }, Date.parse(at));

describe('an outlet', () => {
  it('is open in the hours of its own clock, from the first minute and not in the last', () => {
    expect(open('2026-11-23T10:00:00-08:00')).toBe(true);
    expect(open('2026-11-23T14:59:59-08:00')).toBe(true);
    expect(open('2026-11-23T15:00:00-08:00')).toBe(false);
    expect(open('2026-11-23T09:59:59-08:00')).toBe(false);
    expect(open('2026-11-22T12:00:00-08:00')).toBe(false);
  });
  it('keeps its hours when clocks change', () => {
    expect(open('2026-10-30T10:00:00-07:00')).toBe(true);
    expect(open('2026-11-02T09:30:00-08:00')).toBe(false);
  });
  it('is asked of in any zone, in any order, with the same answer as by the calendar', () => {
    const zones = ['America/Los_Angeles', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Europe/Berlin'];
    const spans = [1, 2, 3, 4, 5, 6, 7].map((dayOfWeek) => ({
      ...{ dayOfWeek, opens: '02:15', closes: '23:45', campus: null },
    }));
    const year = { min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) };
    const moment = fc.tuple(fc.constantFrom(...zones), fc.integer(year));
    fc.assert(
      fc.property(moment, ([zone, at]) => {
        const local = DateTime.fromMillis(at, { zone });
        const clock = (hour: number, minute: number) => local.startOf('day').set({ hour, minute }).toMillis();
        const isOpen = clock(2, 15) <= at && at < clock(23, 45);
        expect(isOpenAt({ ...outlet, zone, hours: { spans, exceptions: [] } }, at)).toBe(isOpen);
      }),
      { numRuns: 3_000 },
    );
  });
  it('may close on the next day', () => {
    const spans = [{ dayOfWeek: 5, opens: '18:00', closes: '02:00', campus: null }];
    const hours = { hours: { spans, exceptions: [] } };
    expect(open('2026-11-27T23:00:00-08:00', hours)).toBe(true);
    expect(open('2026-11-28T01:59:00-08:00', hours)).toBe(true);
    expect(open('2026-11-28T02:00:00-08:00', hours)).toBe(false);
    expect(open('2026-11-27T01:00:00-08:00', hours)).toBe(false);
  });
  it('has days that differ', () => {
    const { spans } = outlet.hours;
    const shut = { hours: { spans, exceptions: [{ date: '2026-11-26', opens: null, closes: null }] } };
    expect(open('2026-11-26T12:00:00-08:00', shut)).toBe(false);
    const late = { hours: { spans, exceptions: [{ date: '2026-11-26', opens: '20:00', closes: '22:00' }] } };
    expect(open('2026-11-26T12:00:00-08:00', late)).toBe(false);
    expect(open('2026-11-26T21:00:00-08:00', late)).toBe(true);
  });
  it('can be closed for a while, or until somebody opens it', () => {
    const noon = '2026-11-23T12:00:00-08:00';
    expect(open(noon, { closed: { until: null } })).toBe(false);
    expect(open(noon, { closed: { until: Date.parse(noon) + 1 } })).toBe(false);
    expect(open(noon, { closed: { until: Date.parse(noon) } })).toBe(true);
  });
  it('that nobody gave hours is not open', () => {
    expect(open('2026-11-23T12:00:00-08:00', { hours: { spans: [], exceptions: [] } })).toBe(false);
  });
});

it('X-19 a point is in the first zone that holds it', () => {
  const square = (name: string, size: number) => ({
    ...{ name, fee: 300, minimum: 1500 },
    polygon: [
      { latitude: 37, longitude: -122 },
      { latitude: 37 + size, longitude: -122 },
      { latitude: 37 + size, longitude: -122 + size },
      { latitude: 37, longitude: -122 + size },
    ],
  });
  const zones = [square('near', 0.1), square('far', 1)];
  const zone = (latitude: number, longitude: number) => zoneOf(zones, { latitude, longitude })?.name;
  expect(zone(37.05, -121.95)).toBe('near');
  expect(zone(37.5, -121.5)).toBe('far');
  expect(zone(38.5, -121.5)).toBeUndefined();
  expect(zoneOf([{ ...square('line', 1), polygon: [] }], { latitude: 37, longitude: -122 })).toBeUndefined();
});
