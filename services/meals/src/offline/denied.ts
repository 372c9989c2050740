import type { Event, Instant } from '@dabba/contracts';
import { type Refusal, refuse, type StreamRef, type StreamType } from '@dabba/event-store';

export type DeniedEvent = Event<'OfflineCustomerDenied' | 'OfflineCustomerAllowed'>;

/** A metro's customers who get nothing from a fridge that decides alone, now and before: old sales are judged by the list of then. */
export interface Denied {
  /** Number of changes so far. */
  version: number;
  denied: Readonly<Record<string, { reason: string; at: Instant; from: number }>>;
  /** Denied from one version of the list on, and not from another on; the newest last. */
  lifted: readonly { customerId: string; from: number; to: number }[];
}

/** Every fridge gets the whole list. */
export const deniedAtMost = 1_000;
const liftedKept = 2_000;

export const deniedStream: StreamType<Denied, DeniedEvent> = {
  name: 'offline-denied',
  revision: 1,
  initial: () => ({ version: 0, denied: {}, lifted: [] }),
  evolve(list, { type, data }) {
    const version = list.version + 1;
    const { customerId } = data;
    if (type === 'OfflineCustomerDenied') {
      const { reason, deniedAt: at } = data;
      const from = list.denied[customerId]?.from ?? version;
      return { ...list, version, denied: { ...list.denied, [customerId]: { reason, at, from } } };
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
  | { do: 'allow'; metro: string; customerId: string; now: Instant };

export function decideDenied(list: Denied, command: DeniedCommand): readonly DeniedEvent[] | Refusal {
  const { metro, customerId, now } = command;
  const known = Object.hasOwn(list.denied, customerId) ? list.denied[customerId] : undefined;
  switch (command.do) {
    case 'deny': {
      const { reason } = command;
      if (known?.reason === reason) return [];
      if (known === undefined && Object.keys(list.denied).length >= deniedAtMost)
        return refuse(409, 'deny-list-full', `No more than ${deniedAtMost} customers can be denied at once`);
      return [{ type: 'OfflineCustomerDenied', data: { metro, customerId, reason, deniedAt: now } }];
    }
    case 'allow':
      return known === undefined
        ? []
        : [{ type: 'OfflineCustomerAllowed', data: { metro, customerId, allowedAt: now } }];
    default:
      return command satisfies never;
  }
}

/** Whether the customer was on the list when it had this version. */
export function wasDenied({ denied, lifted }: Denied, customerId: string, version: number): boolean {
  const now = Object.hasOwn(denied, customerId) ? denied[customerId] : undefined;
  return (
    (now !== undefined && now.from <= version) ||
    lifted.some((each) => each.customerId === customerId && each.from <= version && version < each.to)
  );
}
