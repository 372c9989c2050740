import { idPattern, type Region } from '@dabba/contracts';
import { describe, expect, it } from 'vitest';
import { demoPrincipals } from './plan.ts';

const region: Region = {
  region: 'test',
  metros: [
    { id: 'sfo', name: 'San Francisco', zone: 'America/Los_Angeles', currency: 'USD', partitions: [0] },
    { id: 'nyc', name: 'New York', zone: 'America/New_York', currency: 'USD', partitions: [1] },
  ],
};

describe('the demo city', () => {
  const everybody = demoPrincipals(region);

  it('S1-SET-05 has each metro’s staff, couriers, customers, fridges and operations', () => {
    const of = (role: string) =>
      everybody.filter((one) => one.metro === 'sfo' && one.roles.some((has) => has === role)).length;
    expect({
      kitchen: of('kitchen'),
      courier: of('courier'),
      customer: of('customer'),
      fridge: of('fridge'),
      operations: of('operations'),
    }).toEqual({ kitchen: 2, courier: 4, customer: 40, fridge: 10, operations: 1 });
  });

  it('has ids of its own that may name a stream', () => {
    const ids = everybody.map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('fr_nyc_01');
    expect(ids).toContain('cus_sfo_001');
    for (const id of ids) expect(id).toMatch(new RegExp(idPattern));
  });

  it('is the same every time', () => {
    expect(demoPrincipals(region)).toEqual(everybody);
  });
});
