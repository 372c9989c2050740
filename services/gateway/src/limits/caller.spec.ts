import { describe, expect, it } from 'vitest';
import { settingsFrom } from '../settings.ts';
import { callerOf, strangerAt } from './caller.ts';

const person = { id: 'cus_sfo_001', kind: 'person', roles: ['customer'], metro: 'sfo' } as const;

describe('X-10 rate limits', () => {
  it('X-10 count each principal alone, wherever it comes from', () => {
    expect(callerOf(person).key).not.toBe(callerOf({ ...person, id: 'cus_sfo_002' }).key);
  });

  it('X-10 count an address only for those without a token', () => {
    expect(strangerAt('10.0.0.1', false)).toEqual({ class: 'anonymous', key: 'anonymous 10.0.0.1' });
  });

  it('X-10 know persons, staff and machines', () => {
    expect(callerOf(person).class).toBe('person');
    expect(strangerAt('', true).class).toBe('machine');
    expect(callerOf({ ...person, roles: ['kitchen'] }).class).toBe('staff');
    expect(callerOf({ ...person, kind: 'fridge', roles: ['fridge'] }).class).toBe('machine');
    expect(callerOf({ ...person, kind: 'machine', roles: ['service'] }).class).toBe('machine');
  });

  it('S2-API-02 are 100 a minute for a user and 1,000 for a vendor unless set otherwise', () => {
    expect(settingsFrom({}).quotas).toMatchObject({ person: 100, staff: 1_000 });
    expect(settingsFrom({ RATE_LIMIT_PERSON: '7' }).quotas.person).toBe(7);
    expect(() => settingsFrom({ RATE_LIMIT_PERSON: 'many' })).toThrow(/RATE_LIMIT_PERSON/);
  });
});
