import { removeStackFolder } from '@dabba/stack';
import { unlimited } from '../faults/unlimited.ts';
import { type Platform, startPlatform } from '../platform/platform.ts';
import { ordering } from '../platform/processes.ts';

export interface SagaWorld {
  platform: Platform;
  /** The provider's base URL. */
  stripe: string;
  /** @param keep leaves data and logs, for whoever wants to know what went wrong */
  stop(keep?: boolean): Promise<void>;
}

/** Who takes part in an order. */
export const taking: ReadonlySet<string> = new Set(['identity', ...ordering, 'gateway', 'stripe']);

/** Milliseconds. Nobody who was killed takes as long to come back as a customer has to pay. */
const patience = {
  PAY_WITHIN_MS: '75000',
  PAY_GRACE_MS: '10000',
  RESERVATION_MS: '90000',
  ACCEPT_WITHIN_MS: '15000',
  COMPLETE_AFTER_MS: '4000',
  PAYMENT_POLL_MS: '5000',
  PAYMENT_SETTLE_MS: '5000',
  PAYMENT_RECONCILE_MS: '3000',
};

/** @param settings on top of those of the matrix */
export async function startSagaWorld(
  dir: string,
  onProgress: (line: string) => void,
  onExit: (name: string, reason: string) => void,
  settings: Readonly<Record<string, string>> = patience,
): Promise<SagaWorld> {
  const platform = await startPlatform({
    dir,
    ports: 'free',
    env: { ...unlimited, ...settings },
    onProgress,
    onExit,
    processes: (specs) => specs.filter(({ name }) => taking.has(name)),
  });
  return {
    platform,
    stripe: `http://127.0.0.1:${platform.ports.stripe}`,
    async stop(keep = false) {
      await platform.stop();
      if (!keep) await removeStackFolder(dir);
    },
  };
}
