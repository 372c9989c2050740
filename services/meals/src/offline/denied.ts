import type { Event, EventOf, Instant } from '@dabba/contracts';
import { type Refusal, refuse, type StreamRef, type StreamType } from '@dabba/event-store';

export type DeniedEvent = Event<'OfflineCustomerDenied' | 'OfflineCustomerAllowed'>;

interface Denial {
  reason: string;
  at: Instant;
  from: number;
  /** For their debts alone, and not by anybody's word. */
  owes: boolean;
}

/** A metro's customers who get nothing from a fridge that decides alone, now and before: old sales are judged by the list of then. */
export interface Denied {
  /** Number of changes so far. */
  version: number;
  denied: Readonly<Record<string, Denial>>;
  /** Denied from one version of the list on, and not from another on; the newest last. */
  lifted: readonly { customerId: string; from: number; to: number }[];
}

/** Every fridge gets the whole list. */
export const deniedAtMost = 1_000;
/** The others of them are for people to name. */
export const debtorsAtMost = 900;
const liftedKept = 2_000;

export const deniedStream: StreamType<Denied, DeniedEvent> = {
  name: 'offline-denied',
  revision: 2,
  initial: () => ({ version: 0, denied: {}, lifted: [] }),
  evolve(list, { type, data }) {
    const version = list.version + 1;
    const { customerId } = data;
    if (type === 'OfflineCustomerDenied') {
      const { reason, owes, deniedAt: at } = data;
      const from = list.denied[customerId]?.from ?? version;
      return { ...list, version, denied: { ...list.denied, [customerId]: { reason, at, from, owes } } };
    }
    const { [customerId]: ended, ...denied } = list.denied;
    const lifted = ended ? [...list.lifted, { customerId, from: ended.from, to: version }] : list.lifted;
    return { version, denied, lifted: lifted.slice(-liftedKept) };
  },
};

export function deniedRef(metro: string): StreamRef<Denied, DeniedEvent> {
  return { type: deniedStream, id: `offline-denied:${metro}`, metro };
}

export type DeniedCommand =
  | { do: 'deny'; metro: string; customerId: string; reason: string; now: Instant }
  | { do: 'allow'; metro: string; customerId: string; now: Instant }
  /** Everybody who owes more than they may, who owes most first. */
  | { do: 'debtors'; metro: string; customers: readonly string[]; now: Instant };

export function decideDenied(list: Denied, command: DeniedCommand): readonly DeniedEvent[] | Refusal {
  if (command.do === 'debtors') return decideDebtors(list, command);
  const { metro, customerId, now } = command;
  const known = Object.hasOwn(list.denied, customerId) ? list.denied[customerId] : undefined;
  switch (command.do) {
    case 'deny': {
      const { reason } = command;
      if (known?.reason === reason && !known.owes) return [];
      if (known === undefined && Object.keys(list.denied).length >= deniedAtMost)
        return refuse(409, 'deny-list-full', `No more than ${deniedAtMost} customers can be denied at once`);
      return [denial({ metro, customerId, reason, owes: false, deniedAt: now })];
    }
    case 'allow':
      if (known?.owes)
        return refuse(409, 'customer-owes', 'They owe for what they took: settle or write it off');
      return known === undefined ? [] : [allowed(metro, customerId, now)];
    default:
      return command satisfies never;
  }
}

/** Who has paid is allowed again, who owes is denied; whom somebody denied stays so. */
function decideDebtors(
  { denied }: Denied,
  { metro, customers, now }: Extract<DeniedCommand, { do: 'debtors' }>,
): readonly DeniedEvent[] {
  const known = Object.entries(denied);
  const named = new Set(known.flatMap(([id, { owes }]) => (owes ? [] : [id])));
  const places = Math.max(0, Math.min(debtorsAtMost, deniedAtMost - named.size));
  const owing = new Set(customers.filter((id) => !named.has(id)).slice(0, places));
  const paid = known.filter(([id, { owes }]) => owes && !owing.has(id));
  const fresh = [...owing].filter((id) => !Object.hasOwn(denied, id));
  return [
    ...paid.map(([customerId]) => allowed(metro, customerId, now)),
    ...fresh.map((customerId) => denial({ metro, customerId, reason: 'owes', owes: true, deniedAt: now })),
  ];
}

function denial(data: EventOf<'OfflineCustomerDenied'>['data']): DeniedEvent {
  return { type: 'OfflineCustomerDenied', data };
}

function allowed(metro: string, customerId: string, allowedAt: Instant): DeniedEvent {
  return { type: 'OfflineCustomerAllowed', data: { metro, customerId, allowedAt } };
}

/** Whether the customer was on the list when it had this version. */
export function wasDenied({ denied, lifted }: Denied, customerId: string, version: number): boolean {
  const now = Object.hasOwn(denied, customerId) ? denied[customerId] : undefined;
  return (
    (now !== undefined && now.from <= version) ||
    lifted.some((each) => each.customerId === customerId && each.from <= version && version < each.to)
  );
}
