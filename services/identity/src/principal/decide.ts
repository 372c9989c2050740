import type { PrincipalRegistered } from '@dabba/contracts';
import type { Refusal } from '@dabba/event-store';
import type { Role } from '@dabba/service-kit';
import type { PrincipalEvent, PrincipalState } from './principal.ts';

export interface Register {
  do: 'register';
  /** Subject of its tokens. */
  id: string;
  kind: 'person' | 'machine' | 'fridge';
  roles: readonly Role[];
  /** null acts in the whole region. */
  metro: string | null;
  kitchenId?: string;
  fridgeId?: string;
  customerId?: string;
  courierId?: string;
  vendorId?: string;
  /** UTC milliseconds. */
  at: number;
}

export type PrincipalCommand = Register;

/** Registering somebody again as they are changes nothing; as something else is refused. */
export function decidePrincipal(
  state: PrincipalState,
  command: PrincipalCommand,
): readonly PrincipalEvent[] | Refusal {
  switch (command.do) {
    case 'register':
      return register(state, command);
    default:
      return command.do satisfies never;
  }
}

function register({ profile }: PrincipalState, command: Register): readonly PrincipalEvent[] | Refusal {
  const data: PrincipalRegistered = {
    principalId: command.id,
    kind: command.kind,
    roles: command.roles,
    metro: command.metro,
    kitchenId: command.kitchenId ?? null,
    fridgeId: command.fridgeId ?? null,
    customerId: command.customerId ?? null,
    courierId: command.courierId ?? null,
    vendorId: command.vendorId ?? null,
    registeredAt: command.at,
  };
  if (profile === null) return [{ type: 'PrincipalRegistered', data }];
  return sameApartFromTime(profile, data) ? [] : differs(command.id);
}

function sameApartFromTime(one: PrincipalRegistered, other: PrincipalRegistered): boolean {
  const identity = (of: PrincipalRegistered) =>
    JSON.stringify([
      of.principalId,
      of.kind,
      of.roles,
      of.metro,
      of.kitchenId,
      of.fridgeId,
      of.customerId,
      of.courierId,
      of.vendorId,
    ]);
  return identity(one) === identity(other);
}

function differs(id: string): Refusal {
  return {
    refused: true,
    status: 409,
    code: 'principal-differs',
    detail: `${id} is registered with another kind, other roles or ids`,
  };
}
