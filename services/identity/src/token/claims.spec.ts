import type { PrincipalRegistered } from '@dabba/contracts';
import { describe, expect, it } from 'vitest';
import { claimsOf } from './claims.ts';

const nobodys: PrincipalRegistered = {
  principalId: 'x',
  kind: 'person',
  roles: ['admin'],
  metro: null,
  kitchenId: null,
  fridgeId: null,
  customerId: null,
  courierId: null,
  vendorId: null,
  registeredAt: 0,
};

describe('claims', () => {
  it('S1-SEC-02 name ids and roles and nothing else', () => {
    expect(
      claimsOf({ ...nobodys, roles: ['fridge'], kind: 'fridge', metro: 'sfo', fridgeId: 'fr_1' }),
    ).toEqual({
      kind: 'fridge',
      roles: ['fridge'],
      metro: 'sfo',
      fridge_id: 'fr_1',
    });
    expect(claimsOf({ ...nobodys, kitchenId: 'k', customerId: 'c', courierId: 'o', vendorId: 'v' })).toEqual({
      kind: 'person',
      roles: ['admin'],
      kitchen_id: 'k',
      customer_id: 'c',
      courier_id: 'o',
      vendor_id: 'v',
    });
  });

  it('leave out the metro of somebody who acts in the whole region', () => {
    expect(claimsOf(nobodys)).toEqual({ kind: 'person', roles: ['admin'] });
  });
});
