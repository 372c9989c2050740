import { reader } from '@dabba/service-kit';
import { RetryAfter } from '@dabba/tasks';
import type { Network } from './address.ts';

/** Times in milliseconds. */
export interface WebhookSettings {
  network: Network;
  /** For which a delivery is tried, and after which an endpoint that takes nothing is switched off. */
  patience: number;
  /** A request, answer included. */
  timeout: number;
  /** Between looks at an empty queue. */
  idle: number;
  /** Between looks for what has failed for too long. */
  sweep: number;
  /** Requests of a replica at once: to one endpoint, and to all. */
  each: number;
  all: number;
  /** Failures in a row after which an endpoint gets one request at a time, ever later. */
  failures: number;
  /** Until the next attempt after so many failed ones. */
  delay(failed: number): number;
}

const day = 86_400_000;

/** Doubles from 5 s to an hour, of which the upper half is jitter. */
function delay(failed: number): number {
  const ceiling = Math.min(3_600_000, 5_000 * 2 ** (failed - 1));
  return (ceiling / 2) * (1 + Math.random());
}

/** @throws ConfigError */
export function webhookSettings(env: NodeJS.ProcessEnv): WebhookSettings {
  const read = reader(env);
  const settings: WebhookSettings = {
    network: read.oneOf('RECEIPT_WEBHOOK_NETWORK', ['public', 'any'], 'public'),
    patience: read.count('RECEIPT_WEBHOOK_DAYS', 3) * day,
    timeout: read.count('RECEIPT_WEBHOOK_TIMEOUT', 10_000),
    idle: 200,
    sweep: 10_000,
    each: 16,
    all: 128,
    failures: 5,
    delay,
  };
  read.done('receipts');
  return settings;
}

/** What a receiver asked for is kept, within reason, with jitter on top. */
export function waitAfter({ delay }: WebhookSettings, failed: number, error: unknown): number {
  const wait = delay(failed);
  if (!(error instanceof RetryAfter)) return wait;
  return Math.max(wait, Math.min(error.seconds * 1000, day)) + Math.random() * 250;
}
