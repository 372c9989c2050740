import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { closesAt, opensAt, openTimeAt } from './hours.ts';
import type { Hours, OpenSpan } from './outlet.ts';
import { firstAt, lastAt } from './wall-clock.ts';

const zone = 'America/Los_Angeles';
const span = (dayOfWeek: number, opens: string, closes: string, campus: string | null = null): OpenSpan => ({
  ...{ dayOfWeek, opens, closes, campus },
});
const week = (...spans: OpenSpan[]): Hours => ({ spans, exceptions: [] });
const at = (local: string) => DateTime.fromISO(local, { zone }).toMillis();
const open = (hours: Hours, instant: number) => openTimeAt(hours, zone, instant) !== undefined;
const iso = (instant: number | undefined) =>
  instant === undefined ? undefined : new Date(instant).toISOString();

describe('opening hours', () => {
  const lunch = week(span(5, '11:00', '14:00', 'SF HQ'), span(5, '18:00', '02:00'));

  it('hold from opening to closing, the closing not included', () => {
    // 2026-11-20 is a Friday.
    expect(open(lunch, at('2026-11-20T10:59:59.999'))).toBe(false);
    expect(openTimeAt(lunch, zone, at('2026-11-20T11:00'))?.campus).toBe('SF HQ');
    expect(open(lunch, at('2026-11-20T13:59:59.999'))).toBe(true);
    expect(open(lunch, at('2026-11-20T14:00'))).toBe(false);
    expect(open(lunch, at('2026-11-19T12:00'))).toBe(false);
  });
  it('go on after midnight', () => {
    expect(open(lunch, at('2026-11-21T01:59'))).toBe(true);
    expect(open(lunch, at('2026-11-21T02:00'))).toBe(false);
    expect(iso(closesAt(lunch, zone, at('2026-11-20T20:00')))).toBe('2026-11-21T10:00:00.000Z');
    expect(iso(opensAt(lunch, zone, at('2026-11-20T12:00')))).toBe('2026-11-21T02:00:00.000Z');
    expect(iso(opensAt(lunch, zone, at('2026-11-21T12:00')))).toBe('2026-11-27T19:00:00.000Z');
    expect(opensAt(week(), zone, at('2026-11-21T12:00'))).toBeUndefined();
  });
  it('differ on the days that are given, which begin no other spans', () => {
    const holiday = {
      ...lunch,
      exceptions: [
        { date: '2026-11-20', opens: null, closes: null },
        { date: '2026-11-24', opens: '09:00', closes: '10:00' },
      ],
    };
    expect(open(holiday, at('2026-11-20T12:00'))).toBe(false);
    expect(open(holiday, at('2026-11-21T01:00'))).toBe(false);
    expect(open(holiday, at('2026-11-24T09:30'))).toBe(true);
  });
  it('that follow one another close once', () => {
    const always = week(...[1, 2, 3, 4, 5, 6, 7].map((day) => span(day, '00:00', '00:00')));
    expect(open(always, at('2026-11-20T23:59:59.999'))).toBe(true);
    expect(
      closesAt(week(span(5, '10:00', '12:00'), span(5, '12:00', '13:00')), zone, at('2026-11-20T11:00')),
    ).toBe(at('2026-11-20T13:00'));
  });
  it('are open in both of an hour that happens twice', () => {
    // 2026-11-01 is a Sunday; 01:30 is at 08:30Z and at 09:30Z.
    const night = week(span(7, '00:30', '01:30'));
    for (const [instant, is] of [
      ['2026-11-01T07:30Z', true],
      ['2026-11-01T08:45Z', true],
      ['2026-11-01T09:29Z', true],
      ['2026-11-01T09:30Z', false],
    ] as const)
      expect(open(night, Date.parse(instant)), instant).toBe(is);
  });
  it('lose an hour that never happens, and nothing else', () => {
    // 2026-03-08 is a Sunday; 02:00 to 03:00 never happens, the clock jumps at 10:00Z.
    const early = week(span(7, '02:30', '04:00'));
    expect(open(early, Date.parse('2026-03-08T09:59Z'))).toBe(false);
    expect(open(early, Date.parse('2026-03-08T10:00Z'))).toBe(true);
    expect(open(early, Date.parse('2026-03-08T11:00Z'))).toBe(false);
    expect(open(week(span(7, '02:00', '03:00')), Date.parse('2026-03-08T10:00Z'))).toBe(false);
  });

  it('say the same whether asked for an instant, a closing or an opening', () => {
    const clock = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '45'))
      .map(([hour, quarter]) => `${String(hour).padStart(2, '0')}:${quarter}`);
    const spans = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 7 }), clock, clock).map(([day, from, to]) => span(day, from, to)),
      { maxLength: 6 },
    );
    const days = fc.constantFrom('2026-03-07', '2026-03-08', '2026-06-10', '2026-10-31', '2026-11-01');
    fc.assert(
      fc.property(spans, days, fc.integer({ min: 0, max: 47 * 60 }), (given, day, minutes) => {
        const hours = week(...given);
        const instant = at(day) + minutes * 60_000;
        expect(open(hours, instant)).toBe(held(given, instant));
        const closing = closesAt(hours, zone, instant);
        expect(closing !== undefined).toBe(open(hours, instant));
        if (closing !== undefined) {
          expect(open(hours, closing - 1)).toBe(true);
          if (closing < instant + 6 * 86_400_000) expect(open(hours, closing)).toBe(false);
        }
        const opening = opensAt(hours, zone, instant);
        if (opening !== undefined) expect(open(hours, opening)).toBe(true);
        else expect(given).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

/** Whether a span of this day or the one before holds an instant, said once more in other words. */
function held(spans: readonly OpenSpan[], instant: number): boolean {
  const today = DateTime.fromMillis(instant, { zone });
  return [0, 1].some((ago) => {
    const day = today.minus({ days: ago });
    return spans.some(({ dayOfWeek, opens, closes }) => {
      if (dayOfWeek !== day.weekday) return false;
      const end = closes > opens ? day : day.plus({ days: 1 });
      return (
        instant >= firstAt(zone, day.toISODate() ?? '', opens) &&
        instant < lastAt(zone, end.toISODate() ?? '', closes)
      );
    });
  });
}
