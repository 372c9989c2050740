import type { Principal, Reader } from '@dabba/service-kit';

/** Classes of callers, each with a quota of its own: a campus behind one address is many persons, not one. */
export type CallerClass = 'anonymous' | 'person' | 'staff' | 'machine';

export interface Caller {
  class: CallerClass;
  /** What is counted: the principal, or the address of one who has no token. */
  key: string;
}

/** Requests a minute. */
export type Quotas = Readonly<Record<CallerClass, number>>;

const staffRoles = new Set(['kitchen', 'courier', 'operations', 'admin', 'merchant', 'manager', 'staff']);

/** Who has shown a token. */
export function callerOf(principal: Principal): Caller {
  return { class: classOf(principal), key: `principal ${principal.id}` };
}

/** Who has not. @param signs whether that is because what it brings is signed */
export function strangerAt(address: string, signs: boolean): Caller {
  return { class: signs ? 'machine' : 'anonymous', key: `${signs ? 'signed' : 'anonymous'} ${address}` };
}

function classOf({ kind, roles }: Principal): CallerClass {
  if (kind !== 'person') return 'machine';
  return roles.some((role) => staffRoles.has(role)) ? 'staff' : 'person';
}

/**
 * S2-API-02: 100 a minute for a user, 1,000 for a vendor (here: those who work at one); 1,000 in five minutes for an
 * address without a token. Machines have a contract quota.
 */
export function quotasFrom(read: Pick<Reader, 'count'>): Quotas {
  return {
    anonymous: read.count('RATE_LIMIT_ANONYMOUS', 200),
    person: read.count('RATE_LIMIT_PERSON', 100),
    staff: read.count('RATE_LIMIT_STAFF', 1_000),
    machine: read.count('RATE_LIMIT_MACHINE', 60_000),
  };
}
