import { decider } from '@dabba/testing/decider';
import { describe, expect, it } from 'vitest';
import { approved as vendor } from '../vendor/vendor.samples.ts';
import { decideOutlet, type OutletCommand } from './decide.ts';
import { openness } from './open.ts';
import { type OutletDefinition, type OutletEvent, outletStream } from './outlet.ts';

const outlet = decider(outletStream, decideOutlet);
const now = Date.UTC(2026, 10, 20, 20);
const outletId = 'trk_1';
const mine = { outletId, vendorId: 'vnd_1' };
const as: OutletDefinition = {
  ...{
    name: 'Truck',
    campus: 'HQ',
    address: null,
    latitude: 1,
    longitude: 2,
    licensePlate: null,
    vehicleType: null,
  },
  ...{ slotMinutes: 15, slotQuantity: 20, jurisdiction: 'x' },
};
const kind = 'TRUCK' as const;
const zone = 'America/Los_Angeles';
const openUp: OutletCommand = { do: 'open-up', outletId, vendorId: 'vnd_1', kind, zone, as, now };
const defined = (change: Partial<OutletDefinition> = {}): OutletEvent => ({
  type: 'OutletDefined',
  data: { ...mine, kind, zone, ...as, ...change, definedAt: now },
});
const spans = [{ dayOfWeek: 5, opens: '11:00', closes: '14:00', campus: null }];
const exceptions = [{ date: '2026-12-25', opens: null, closes: null }];
const setHours = (hours = { spans, exceptions }): OutletCommand => ({
  do: 'set-hours',
  outletId,
  hours,
  now,
});
const hoursSet: OutletEvent = { type: 'OutletHoursSet', data: { ...mine, spans, exceptions, setAt: now } };
const close = (until: number | null): OutletCommand => ({
  do: 'close',
  outletId,
  reason: 'rain',
  until,
  now,
});
const closed = (until: number | null): OutletEvent => ({
  type: 'OutletClosed',
  data: { ...mine, reason: 'rain', until, closedAt: now },
});
const reopen: OutletCommand = { do: 'reopen', outletId, now };
const reopened: OutletEvent = { type: 'OutletReopened', data: { ...mine, reopenedAt: now } };
const remove: OutletCommand = { do: 'remove', outletId, now };
const removed: OutletEvent = { type: 'OutletRemoved', data: { ...mine, removedAt: now } };
const rename = (to: Partial<OutletDefinition>): OutletCommand => ({ do: 'change', outletId, to, now });
const deliver: OutletCommand = { do: 'set-delivery', outletId, zones: [], now };

describe('an outlet', () => {
  it('is opened up once, at a whole place', () => {
    outlet.given([]).when(openUp).then([defined()]);
    outlet.given([defined()]).when(openUp).thenRefused('outlet-exists');
    outlet
      .given([])
      .when({ ...openUp, as: { ...as, longitude: null } })
      .thenRefused('half-a-place');
  });
  it('changes, and hears no news in what it is already', () => {
    outlet
      .given([defined()])
      .when(rename({ name: 'Van' }))
      .then([defined({ name: 'Van' })]);
    outlet
      .given([defined()])
      .when(rename({ name: 'Truck' }))
      .thenNothing();
    outlet
      .given([defined()])
      .when(rename({ latitude: null }))
      .thenRefused('half-a-place');
    outlet.given([defined(), hoursSet]).when(setHours()).thenNothing();
    outlet.given([defined()]).when(deliver).thenNothing();
  });
  it('keeps hours that make sense', () => {
    outlet.given([defined()]).when(setHours()).then([hoursSet]);
    const days = (...dates: string[]) =>
      setHours({ spans, exceptions: dates.map((date) => ({ date, opens: null, closes: null })) });
    outlet.given([defined()]).when(days('2026-02-30')).thenRefused('date-unknown');
    outlet.given([defined()]).when(days('2026-02-28', '2026-02-28')).thenRefused('date-twice');
    const half: OutletCommand = {
      do: 'set-hours',
      outletId,
      hours: { spans, exceptions: [{ date: '2026-02-28', opens: '10:00', closes: null }] },
      now,
    };
    outlet.given([defined()]).when(half).thenRefused('half-a-day');
  });
  it('closes for a while and opens again, by itself or by hand', () => {
    outlet
      .given([defined()])
      .when(close(now + 1))
      .then([closed(now + 1)]);
    outlet.given([defined()]).when(close(now)).thenRefused('closed-until-past');
    outlet
      .given([defined(), closed(null)])
      .when(close(null))
      .thenNothing();
    outlet
      .given([defined(), closed(null)])
      .when(reopen)
      .then([reopened]);
    outlet.given([defined()]).when(reopen).thenNothing();
    const { state } = outlet.given([defined(), hoursSet, closed(now + 60_000)]);
    if (state === null) throw new Error('no outlet');
    expect(openness(vendor, state, now)).toEqual({
      open: false,
      why: 'CLOSED_FOR_NOW',
      opensAt: now + 60_000,
    });
    expect(openness(vendor, state, now + 60_000)).toMatchObject({ open: true, campus: 'HQ' });
    expect(openness({ ...vendor, status: 'SUSPENDED' }, state, now)).toMatchObject({
      why: 'VENDOR_NOT_APPROVED',
    });
    expect(openness(vendor, state, now + 86_400_000)).toMatchObject({ why: 'OUTSIDE_HOURS' });
  });
  it('is given up for good', () => {
    outlet.given([defined()]).when(remove).then([removed]);
    for (const command of [rename({}), setHours(), deliver, close(null), reopen, remove]) {
      outlet.given([]).when(command).thenRefused('outlet-unknown');
      outlet.given([defined(), removed]).when(command).thenRefused('outlet-unknown');
    }
    outlet.given([defined(), removed]).when(openUp).thenRefused('outlet-exists');
  });
});
