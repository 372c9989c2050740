import type { Instant } from '@dabba/contracts';
import { ConfigError } from '@dabba/service-kit';

/** What a customer may do; milliseconds and minor units. */
export interface Policy {
  /** Sessions a customer may start within the window. */
  sessions: number;
  window: number;
  unpaidLimit: number;
  /** A fridge not heard for so long is offline. */
  offlineAfter: number;
  /** Minutes of the local day; undefined: none. */
  maintenance: { from: number; until: number } | undefined;
}

/** SESSION_LIMIT, SESSION_LIMIT_MINUTES, UNPAID_LIMIT, FRIDGE_OFFLINE_AFTER_MS, MAINTENANCE_WINDOW (`02:00-04:00`, local). */
export function policyFrom(env: NodeJS.ProcessEnv): Policy {
  return {
    sessions: whole(env, 'SESSION_LIMIT', 10),
    window: whole(env, 'SESSION_LIMIT_MINUTES', 10) * 60_000,
    unpaidLimit: whole(env, 'UNPAID_LIMIT', 0),
    offlineAfter: whole(env, 'FRIDGE_OFFLINE_AFTER_MS', 90_000),
    maintenance: windowOf(env.MAINTENANCE_WINDOW),
  };
}

/** End of the window `now` lies in, in the metro's own zone (S0-NFR-02). */
export function maintenanceUntil({ maintenance }: Policy, zone: string, now: Instant): Instant | undefined {
  if (!maintenance) return undefined;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  const left = minutesUntil(maintenance, minutesOf(clock.format(now)));
  return left === undefined ? undefined : now + left * 60_000;
}

/** A window may go over midnight. */
function minutesUntil({ from, until }: { from: number; until: number }, minute: number): number | undefined {
  const day = 24 * 60;
  const into = (minute - from + day) % day;
  const length = (until - from + day) % day;
  return into < length ? length - into : undefined;
}

function windowOf(text: string | undefined): Policy['maintenance'] {
  if (text === undefined || text === '') return undefined;
  if (!/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/.test(text))
    throw new ConfigError(`meals cannot start: MAINTENANCE_WINDOW is like 02:00-04:00, not ${text}.`);
  const [from = '', until = ''] = text.split('-');
  return { from: minutesOf(from), until: minutesOf(until) };
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function whole(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const value = Number(env[name] ?? fallback);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new ConfigError(`meals cannot start: ${name} must be a whole number.`);
}
