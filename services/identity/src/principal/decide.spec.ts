import { decider } from '@dabba/testing/decider';
import { describe, it } from 'vitest';
import { decidePrincipal, type Register } from './decide.ts';
import { type PrincipalEvent, principalStream } from './principal.ts';

const command: Register = {
  do: 'register',
  id: 'cou_sfo_1',
  kind: 'person',
  roles: ['courier'],
  metro: 'sfo',
  courierId: 'cou_sfo_1',
  at: 1_000,
};

const registered: PrincipalEvent = {
  type: 'PrincipalRegistered',
  data: {
    principalId: 'cou_sfo_1',
    kind: 'person',
    roles: ['courier'],
    metro: 'sfo',
    kitchenId: null,
    fridgeId: null,
    customerId: null,
    courierId: 'cou_sfo_1',
    vendorId: null,
    registeredAt: 1_000,
  },
};

describe('a principal', () => {
  const principal = decider(principalStream, decidePrincipal);

  it('is registered once', () => {
    principal.given([]).when(command).then([registered]);
  });

  it('registered again as it is, at any time, changes nothing', () => {
    principal
      .given([registered])
      .when({ ...command, at: 2_000 })
      .thenNothing();
  });

  it('does not become somebody else', () => {
    principal
      .given([registered])
      .when({ ...command, roles: ['admin'] })
      .thenRefused('principal-differs');
    principal
      .given([registered])
      .when({ ...command, metro: 'nyc' })
      .thenRefused('principal-differs');
  });
});
