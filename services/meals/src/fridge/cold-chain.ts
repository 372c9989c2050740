import type { Event, Events, Instant } from '@dabba/contracts';
import type { ColdRules } from './cold-rules.ts';

export type ColdEvent = Event<
  'FridgeWarmed' | 'FridgeCooled' | 'FridgeServiced' | 'FridgeLocked' | 'FridgeCleared'
>;
export type LockReason = Events['FridgeLocked']['reason'];

/** What is kept of a fridge's temperature: its turns only, so that a reading that changes nothing leaves no event. */
export interface ColdChain {
  /** Above the limit since, and for how long before without having recovered; null while it is cold. */
  warm: { since: Instant; carried: number } | null;
  /** How long it was warm before it cooled last, and when that was. */
  cooled: { at: Instant; carried: number } | null;
  /** Beginning of the last restock. */
  servicedAt: Instant | null;
  lock: { reason: LockReason; at: Instant } | null;
  /** Silence and warmth that ended before it were dealt with. */
  clearedAt: Instant | null;
}

export const untouched: ColdChain = {
  warm: null,
  cooled: null,
  servicedAt: null,
  lock: null,
  clearedAt: null,
};

const names = {
  FridgeWarmed: true,
  FridgeCooled: true,
  FridgeServiced: true,
  FridgeLocked: true,
  FridgeCleared: true,
} as const satisfies Record<ColdEvent['type'], true>;

export function isColdEvent(event: Event): event is ColdEvent {
  return Object.hasOwn(names, event.type);
}

/** evolve */
export function chill(cold: ColdChain, { type, data }: ColdEvent): ColdChain {
  switch (type) {
    case 'FridgeWarmed':
      return { ...cold, warm: { since: data.since, carried: data.carriedMillis } };
    case 'FridgeCooled': {
      const carried = cold.warm === null ? 0 : cold.warm.carried + data.at - cold.warm.since;
      return { ...cold, warm: null, cooled: { at: data.at, carried } };
    }
    case 'FridgeServiced':
      return { ...cold, servicedAt: data.at };
    case 'FridgeLocked':
      return isGraver(data.reason, cold.lock?.reason ?? null)
        ? { ...cold, lock: { reason: data.reason, at: data.lockedAt } }
        : cold;
    case 'FridgeCleared':
      // What a person locked says nothing of the food: it stays inside, and so does what it went through.
      if (cold.lock?.reason === 'STAFF') return { ...cold, lock: null };
      return { ...cold, lock: null, cooled: null, clearedAt: data.clearedAt };
    default:
      return type satisfies never;
  }
}

const gravity: Readonly<Record<LockReason, number>> = {
  UNKNOWN: 0,
  STAFF: 1,
  SILENT_SENSOR: 2,
  EXCURSION: 3,
};

export function isLockReason(name: unknown): name is LockReason {
  return typeof name === 'string' && Object.hasOwn(gravity, name);
}

/** The first reason of a lock stays until the fridge is cleared, except that a graver one takes its place. */
export function isGraver(reason: LockReason, than: LockReason | null): boolean {
  return than === null || gravity[reason] > gravity[than];
}

/** The instant from which the warmth of now is an excursion; undefined while the fridge is cold. */
export function excursionFrom({ warm, servicedAt }: ColdChain, rules: ColdRules): Instant | undefined {
  if (warm === null) return undefined;
  const allowed = warm.since + Math.max(0, rules.warm - warm.carried);
  // Only a fridge that was cold when it was opened for filling is warm because of that.
  const filled = servicedAt !== null && servicedAt <= warm.since;
  return filled ? Math.max(allowed, servicedAt + rules.grace) : allowed;
}

/** Whether food inside was still good at that time, by all that the fridge has said. */
export function wasCold(cold: ColdChain, rules: ColdRules, at: Instant): boolean {
  const deadline = excursionFrom(cold, rules);
  return (cold.lock === null || cold.lock.reason === 'STAFF') && !(deadline !== undefined && at >= deadline);
}
