import { ordering } from '../../platform/processes.ts';
import type { SagaWorld } from '../../saga/world.ts';

/** Milliseconds. Short enough that what waits for people is over by the end, long enough that nobody who is killed in between decides. */
export const patience = {
  PAY_WITHIN_MS: '90000',
  PAY_GRACE_MS: '10000',
  RESERVATION_MS: '110000',
  COMPLETE_AFTER_MS: '3000',
  PAYMENT_POLL_MS: '10000',
  PAYMENT_SETTLE_MS: '10000',
  PAYMENT_RECONCILE_MS: '5000',
};

/** Processes that are killed. */
export const mortal = [...ordering, 'stripe', 'gateway'] as const;

/** `/health/ready` of each process that may be killed: name → base URL. */
export function doorsOf({ platform: { ports } }: SagaWorld): Readonly<Record<string, string>> {
  return Object.fromEntries(mortal.map((name) => [name, `http://127.0.0.1:${ports[name]}`]));
}
