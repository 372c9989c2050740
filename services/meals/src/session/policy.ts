import { ConfigError } from '@dabba/service-kit';

/** What a customer may do; milliseconds and minor units. */
export interface Policy {
  /** Sessions a customer may start within the window. */
  sessions: number;
  window: number;
  /** What a customer may owe and still get a door. */
  unpaidLimit: number;
  /** A fridge not heard for so long is offline. */
  offlineAfter: number;
}

/** SESSION_LIMIT, SESSION_LIMIT_MINUTES, UNPAID_LIMIT and FRIDGE_OFFLINE_AFTER_MS. */
export function policyFrom(env: NodeJS.ProcessEnv): Policy {
  return {
    sessions: whole(env, 'SESSION_LIMIT', 10),
    window: whole(env, 'SESSION_LIMIT_MINUTES', 10) * 60_000,
    unpaidLimit: whole(env, 'UNPAID_LIMIT', 0),
    offlineAfter: whole(env, 'FRIDGE_OFFLINE_AFTER_MS', 90_000),
  };
}

function whole(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const value = Number(env[name] ?? fallback);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new ConfigError(`meals cannot start: ${name} must be a whole number.`);
}
