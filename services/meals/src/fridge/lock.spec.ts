import { isRefusal } from '@dabba/event-store';
import { decider } from '@dabba/testing/decider';
import { describe, expect, it } from 'vitest';
import {
  at,
  cooled,
  locked,
  minute,
  read,
  registered,
  rules,
  serviced,
  thermometer,
  types,
  warmed,
} from './cold-chain.samples.ts';
import { fridgeStream } from './fridge.ts';
import {
  decideClear,
  decideOffline,
  decideOverfull,
  decideSilence,
  decideStaffLock,
  withLock,
} from './lock.ts';
import { mayOpen } from './may-open.ts';
import { decideReading } from './reading.ts';
import { readAt, type Sensor } from './sensor.ts';

const byPerson = withLock([
  { type: 'FridgeLocked', data: { fridgeId: 'f1', reason: 'STAFF', detail: 'Glass', lockedAt: at(5) } },
]);
const fine: Sensor = { readAt: at(60), gaps: [] };
const clearing = decider(fridgeStream, (fridge, change: { inside?: string[]; sensor?: Sensor }) =>
  decideClear(
    fridge,
    { fridgeId: 'f1', sessionId: null, inside: [], sensor: fine, lastSeen: at(60), now: at(61), ...change },
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
  it('is not waited for where the facts of the fridge prove its silence: clearing ends that too', () => {
    const sensor: Sensor = { readAt: at(60), gaps: [{ from: at(20), to: at(60) }] };
    for (const before of [[], byPerson]) {
      const silent = clearing.given([registered, ...before]);
      silent.when({ sensor, inside: ['m1'] }).thenRefused('food-inside');
      const { outcome } = silent.when({ sensor });
      expect(types(outcome)).toEqual([
        'FridgeLocked',
        'FridgeAlertRaised',
        'FridgeCommandIssued',
        'FridgeCleared',
        'FridgeCommandIssued',
      ]);
      const { state } = silent;
      const after = isRefusal(outcome) ? state : outcome.reduce(fridgeStream.evolve, state);
      expect(mayOpen(state, sensor, rules, at(61))).toBeDefined();
      expect(mayOpen(after, sensor, rules, at(61))).toBeUndefined();
      expect(decideSilence(after, 'f1', sensor, at(61), rules)).toEqual([]);
    }
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
