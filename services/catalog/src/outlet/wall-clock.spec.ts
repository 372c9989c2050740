import fc from 'fast-check';
import { IANAZone } from 'luxon';
import { describe, expect, it } from 'vitest';
import { firstAt, lastAt } from './wall-clock.ts';

const minute = 60_000;
const quarter = 15 * minute;
const iso = (instant: number) => new Date(instant).toISOString();

/** By looking at the clock every quarter of an hour, without knowing anything of offsets. */
function looked(zone: string, date: string, time: string): { first: number; last: number } {
  const clock = IANAZone.create(zone);
  const wanted = Date.parse(`${date}T${time}:00Z`);
  const shows = (instant: number) => instant + clock.offset(instant) * minute;
  const around = Array.from({ length: 30 * 4 }, (_, index) => wanted + (index - 15 * 4) * quarter);
  const exact = around.filter((instant) => shows(instant) === wanted);
  const jump = around.find((instant) => shows(instant) > wanted) ?? Number.NaN;
  return { first: exact[0] ?? jump, last: exact.at(-1) ?? jump };
}

describe('the clock on the wall', () => {
  it('shows an hour twice in autumn: its first and its last', () => {
    const zone = 'America/Los_Angeles';
    expect(iso(firstAt(zone, '2026-11-01', '01:30'))).toBe('2026-11-01T08:30:00.000Z');
    expect(iso(lastAt(zone, '2026-11-01', '01:30'))).toBe('2026-11-01T09:30:00.000Z');
    expect(iso(firstAt(zone, '2026-11-01', '03:00'))).toBe('2026-11-01T11:00:00.000Z');
  });
  it('jumps over an hour in spring: the jump stands for all of it', () => {
    for (const zone of ['America/New_York'])
      for (const time of ['02:00', '02:30', '02:59'])
        for (const at of [firstAt, lastAt])
          expect(iso(at(zone, '2026-03-08', time))).toBe('2026-03-08T07:00:00.000Z');
    expect(iso(firstAt('America/New_York', '2026-03-08', '03:00'))).toBe('2026-03-08T07:00:00.000Z');
  });
  it('is read as by who looks at it all the time', () => {
    const zones = fc.constantFrom(
      'America/Los_Angeles',
      'America/New_York',
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    );
    const dates = fc.constantFrom(
      '2026-03-08',
      '2026-03-29',
      '2026-04-05',
      '2026-10-04',
      '2026-10-25',
      '2026-11-01',
      '2026-06-21',
    );
    const times = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
    fc.assert(
      fc.property(zones, dates, times, (zone, date, time) => {
        const { first, last } = looked(zone, date, time);
        expect(iso(firstAt(zone, date, time))).toBe(iso(first));
        expect(iso(lastAt(zone, date, time))).toBe(iso(last));
      }),
      { numRuns: 150 },
    );
  });
});
