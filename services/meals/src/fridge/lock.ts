import type { Event, Instant } from '@dabba/contracts';
import { isRefusal, type Refusal, refuse } from '@dabba/event-store';
import { type ColdEvent, isGraver, type LockReason } from './cold-chain.ts';
import type { ColdRules } from './cold-rules.ts';
import { type Fridge, type FridgeEvent, fridgeStream } from './fridge.ts';
import { isSilent, provenSilence, type Sensor } from './sensor.ts';

type Alert = Event<'FridgeAlertRaised'>['data']['alert'];

const alarms: Partial<Record<LockReason, Alert>> = { EXCURSION: 'EXCURSION', SILENT_SENSOR: 'SILENT_SENSOR' };

/** What goes with every lock: the alarm, and the command that shuts the door. */
export function withLock(events: readonly ColdEvent[]): FridgeEvent[] {
  return events.flatMap((event): FridgeEvent[] => {
    if (event.type !== 'FridgeLocked') return [event];
    const { fridgeId, reason, detail, lockedAt } = event.data;
    const alert = alarms[reason];
    return [
      event,
      ...(alert === undefined ? [] : [raised(fridgeId, alert, detail, lockedAt)]),
      command(fridgeId, 'LOCK', detail, lockedAt),
    ];
  });
}

/** Locks a fridge whose own times prove that its sensor was silent for too long. */
export function decideSilence(
  { cold }: Fridge,
  fridgeId: string,
  sensor: Sensor,
  lastSeen: Instant,
  rules: ColdRules,
): FridgeEvent[] {
  if (!isGraver('SILENT_SENSOR', cold.lock?.reason ?? null)) return [];
  const { readAt } = sensor;
  // It speaks, and says no temperature: the silence lasts.
  const lasting = readAt === null ? [] : [{ from: readAt, to: lastSeen }];
  const gap = provenSilence({ readAt, gaps: [...sensor.gaps, ...lasting] }, cold.clearedAt, rules);
  if (gap === undefined) return [];
  const detail = `No temperature for ${Math.floor((gap.to - gap.from) / 60_000)} minutes`;
  return withLock([
    { type: 'FridgeLocked', data: { fridgeId, reason: 'SILENT_SENSOR', detail, lockedAt: gap.to } },
  ]);
}

/** One alarm for each silence of the whole fridge: another only after it was heard in between. */
export function decideOffline(
  { offlineAt }: Fridge,
  fridgeId: string,
  lastSeen: Instant,
  allowed: number,
  now: Instant,
): FridgeEvent[] {
  const since = lastSeen + allowed;
  if (now < since || since <= offlineAt) return [];
  return [raised(fridgeId, 'OFFLINE', `Not heard since ${new Date(lastSeen).toISOString()}`, since)];
}

export interface Clear {
  fridgeId: string;
  sessionId: string | null;
  /** Meals last seen inside and not taken out since. */
  inside: readonly string[];
  sensor: Sensor;
  /** Last time the fridge was heard, by its own clock; undefined: never. */
  lastSeen: Instant | undefined;
  now: Instant;
}

/** Somebody who answers for it wants nothing sold from this fridge until it is cleared. No events: it is locked already. */
export function decideStaffLock(
  { name, cold }: Fridge,
  { fridgeId, reason, now }: { fridgeId: string; reason: string; now: Instant },
): FridgeEvent[] | Refusal {
  if (name === null) return refuse(404, 'fridge-unknown', `No fridge ${fridgeId}`);
  if (!isGraver('STAFF', cold.lock?.reason ?? null)) return [];
  return withLock([
    { type: 'FridgeLocked', data: { fridgeId, reason: 'STAFF', detail: reason, lockedAt: now } },
  ]);
}

/** One alarm for each filling; the next one begins a new count. */
export function decideOverfull(
  { name, capacity, cold, overfullAt }: Fridge,
  fridgeId: string,
  inside: number,
  now: Instant,
): FridgeEvent[] {
  if (name === null || inside <= capacity || overfullAt > (cold.servicedAt ?? 0)) return [];
  return [raised(fridgeId, 'OVER_CAPACITY', `${inside} meals in a place for ${capacity}`, now)];
}

/**
 * Only an empty fridge that is known to be cold sells again; nothing done from afar can say that of food. One that a person locked,
 * and nothing graver since, may keep what is inside. A silence that its own facts prove, and that the next round would lock it for, is locked
 * first: it ends by this as well.
 */
export function decideClear(
  fridge: Fridge,
  clear: Clear,
  rules: ColdRules,
): readonly FridgeEvent[] | Refusal {
  const { fridgeId, sensor, lastSeen = 0 } = clear;
  if (fridge.name === null) return refuse(404, 'fridge-unknown', `No fridge ${fridgeId}`);
  const silence = decideSilence(fridge, fridgeId, sensor, lastSeen, rules);
  const decided = clearLocked(silence.reduce(fridgeStream.evolve, fridge), clear, rules);
  return isRefusal(decided) ? decided : [...silence, ...decided];
}

function clearLocked(
  { cold }: Fridge,
  { fridgeId, sessionId, inside, sensor, now }: Clear,
  rules: ColdRules,
): readonly FridgeEvent[] | Refusal {
  if (inside.length > 0 && cold.lock?.reason !== 'STAFF')
    return refuse(409, 'food-inside', `${inside.length} meals have to be taken out first`, {
      meals: inside.slice(0, 100),
    });
  if (cold.lock === null) return [];
  if (cold.lock.reason === 'STAFF') return cleared(fridgeId, sessionId, now);
  if (cold.warm !== null) return refuse(409, 'still-warm', `It is still above ${rules.limit} °C inside`);
  if (isSilent(sensor, now, rules))
    return refuse(409, 'sensor-silent', 'The temperature of this fridge is not known');
  return cleared(fridgeId, sessionId, now);
}

function cleared(fridgeId: string, sessionId: string | null, clearedAt: Instant): FridgeEvent[] {
  return [
    { type: 'FridgeCleared', data: { fridgeId, sessionId, clearedAt } },
    command(fridgeId, 'UNLOCK', 'Cleared by staff', clearedAt),
  ];
}

function raised(fridgeId: string, alert: Alert, detail: string, raisedAt: Instant): FridgeEvent {
  return { type: 'FridgeAlertRaised', data: { fridgeId, alert, detail, mealId: null, raisedAt } };
}

/** Its id follows from what it is for: decided again, it is the same command. */
function command(fridgeId: string, kind: 'LOCK' | 'UNLOCK', reason: string, issuedAt: Instant): FridgeEvent {
  const commandId = `${kind.toLowerCase()}-${issuedAt}-${fridgeId}`.slice(0, 100);
  const forever = { sessionId: null, door: null, nonce: null, expiresAt: null };
  return { type: 'FridgeCommandIssued', data: { fridgeId, commandId, kind, reason, issuedAt, ...forever } };
}
