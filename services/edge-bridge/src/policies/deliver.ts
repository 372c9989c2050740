import type { Device } from '../fact/device.ts';
import type { LatestPolicies, PolicyMessage } from './latest.ts';

export interface PolicyDeliveryOptions {
  policies: LatestPolicies;
  /** Whether all there was at the start has been read: an older policy must not follow a newer one. */
  complete(): boolean;
  /** Devices on this replica's connections. */
  connected(): Iterable<Device>;
  send(device: Device, body: PolicyMessage): Promise<void>;
  warn(error: unknown, message: string): void;
  /** UTC milliseconds. */
  now(): number;
}

export interface PolicyDelivery {
  deliverTo(device: Device): void;
  deliver(fridges: ReadonlySet<string> | 'all'): void;
}

/** Sends a fridge its latest policy when it subscribes and when there is another one; whoever comes back subscribes again. */
export function deliverPolicies(options: PolicyDeliveryOptions): PolicyDelivery {
  const { policies, complete, connected, send, warn, now } = options;
  function deliverTo(device: Device): void {
    const policy = complete() ? policies.of(device.fridgeId, now()) : undefined;
    if (policy === undefined) return;
    send(device, policy).catch((error) => warn(error, 'A policy was not sent; it will be with the next one'));
  }
  return {
    deliverTo,
    deliver(fridges) {
      const seen = new Set<string>();
      for (const device of connected()) {
        // Its topic reaches all its connections at once.
        if (seen.has(device.fridgeId) || (fridges !== 'all' && !fridges.has(device.fridgeId))) continue;
        seen.add(device.fridgeId);
        deliverTo(device);
      }
    },
  };
}
