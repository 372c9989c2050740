import { describe, expect, it } from 'vitest';
import { dayOf, openSlots } from './open-slots.ts';

const zone = 'America/Los_Angeles';
const spans = [1, 2, 3, 4, 5, 6, 7].map((dayOfWeek) => ({
  ...{ dayOfWeek, opens: '11:00', closes: '12:00', campus: null },
}));
const outlet = {
  ...{ closed: null, hours: { spans, exceptions: [] }, zone, slotMinutes: 15, slotQuantity: 6 },
};
const at = (local: string, offset = '-08:00') => Date.parse(`${local}:00${offset}`);
const day = dayOf(outlet, '2026-11-21');
const shown = (slots: ReturnType<typeof openSlots>) =>
  slots.map(({ begins, left }) => [new Date(begins).toISOString().slice(11, 16), left]);

describe('pickup slots of a day', () => {
  it('are those in which it is open by its own clock, with what is left of each', () => {
    const taken = new Map([
      [at('2026-11-21T11:15'), 6],
      [at('2026-11-21T11:30'), 2],
      [at('2026-11-22T11:00'), 6],
    ]);
    const slots = openSlots(outlet, day, taken, at('2026-11-21T06:00'));
    expect(shown(slots)).toEqual([
      ['19:00', 6],
      ['19:15', 0],
      ['19:30', 4],
      ['19:45', 6],
    ]);
    expect(slots[0]).toMatchObject({ begins: at('2026-11-21T11:00'), ends: at('2026-11-21T11:15') });
  });
  it('begin with the next, and are none once the day is over or while it is closed', () => {
    const slots = (now: string, change: object = {}) =>
      shown(openSlots({ ...outlet, ...change }, day, new Map(), at(now))).map(([begins]) => begins);
    expect(slots('2026-11-21T11:30')).toEqual(['19:30', '19:45']);
    expect(slots('2026-11-21T11:31')).toEqual(['19:45']);
    expect(slots('2026-11-21T12:00')).toEqual([]);
    expect(slots('2026-11-22T11:00')).toEqual([]);
    expect(slots('2026-11-21T06:00', { closed: { until: at('2026-11-21T11:20') } })).toEqual([
      '19:30',
      '19:45',
    ]);
  });
  it('are of a shorter day where clocks change', () => {
    const always = spans.map((span) => ({ ...span, opens: '00:00', closes: '00:00' }));
    const open = { ...outlet, hours: { spans: always, exceptions: [] }, slotMinutes: 60 };
    const count = (date: string) => {
      const range = dayOf(open, date);
      return openSlots(open, range, new Map(), range.from - 1).length;
    };
    expect([count('2026-03-08'), count('2026-03-09'), count('2026-11-01')]).toEqual([23, 24, 25]);
  });
  it('that are fewer than there was are none, not less', () => {
    const taken = new Map([[at('2026-11-21T11:00'), 9]]);
    expect(openSlots(outlet, day, taken, day.from)[0]?.left).toBe(0);
  });
});
