import type { Event, Events } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type AllowanceEvent = Event<'SubsidyGranted' | 'SubsidyUsed' | 'SubsidyReturned'>;

/** What a company adds for one customer, each period anew; minor units. */
export interface Allowance {
  allowance: number;
  currency: string;
  period: Events['SubsidyGranted']['period'];
  /** Period → what is used of it; the newest ones. */
  used: Readonly<Record<string, number>>;
}

/** Periods that are remembered: what goes back to an older one is of no use to anybody. */
const remembered = 62;

export const allowanceStream: StreamType<Allowance | null, AllowanceEvent> = {
  name: 'allowance',
  revision: 1,
  initial: () => null,
  evolve,
};

export function allowanceRef(customerId: string, metro: string): StreamRef<Allowance | null, AllowanceEvent> {
  return { type: allowanceStream, id: `allowance:${customerId}`, metro };
}

function evolve(before: Allowance | null, { type, data }: AllowanceEvent): Allowance | null {
  switch (type) {
    case 'SubsidyGranted': {
      const { allowance, currency, period } = data;
      return { allowance, currency, period, used: before?.used ?? {} };
    }
    case 'SubsidyUsed':
    case 'SubsidyReturned': {
      if (before === null) throw new Error(`${type} of an allowance that nobody granted`);
      const change = type === 'SubsidyUsed' ? data.amount : -data.amount;
      const used = { ...before.used, [data.period]: Math.max(0, usedIn(before, data.period) + change) };
      return { ...before, used: Object.fromEntries(Object.entries(used).sort().slice(-remembered)) };
    }
    default:
      return type satisfies never;
  }
}

export function usedIn({ used }: Allowance, period: string): number {
  return used[period] ?? 0;
}

/** May be nothing where the allowance was cut after it was used. */
export function remainingIn(allowance: Allowance, period: string): number {
  return Math.max(0, allowance.allowance - usedIn(allowance, period));
}
